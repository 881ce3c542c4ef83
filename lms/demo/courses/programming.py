"""Demo courses on programming and computing."""

from lms.demo.texts import CategoryText, CourseText

CATEGORY = CategoryText(
    name="Programming and Cloud",
    description="Languages, algorithms, systems and the cloud, from a first loop to a pager that stays silent.",
    colour="#2d4f8f",
    courses=(
        CourseText(
            title="Python from Zero to Projects",
            tags="python | programming | beginners | automation",
            level="beginner",
            price=799,
            description="""Write your first line of code today and a useful program by the weekend. We rename
            photographs, track expenses and build a small game, and every mistake you are likely to make is made on
            screen first. Taught slowly, with exercises after each lesson.""",
            learn="""Think in small steps | Use lists, dictionaries and functions | Read and write files | Automate
            a chore of your own""",
            instructions="Any computer | No mathematics beyond school",
            outline="""
            First steps: Installing Python | Talking to the computer | Numbers and words | Decisions
            Repeating: While and for | Lists | Dictionaries | A guessing game
            Organising: Functions | Modules | When things go wrong | Reading files
            Projects: Photograph renamer | Expense tracker | Snake, the game | What to learn next
            """,
        ),
        CourseText(
            title="Data Structures and Algorithms for Interviews",
            tags="algorithms | data structures | interviews | coding",
            level="intermediate",
            price=3499,
            description="""One hundred and twenty problems, grouped by the idea that solves them. For each pattern
            we look at the brute force, find the waste and remove it, writing in Python and Java. Mock interviews
            show how to think aloud when you are stuck.""",
            learn="""Recognise fifteen patterns | Estimate time and space | Code without autocomplete | Speak while
            you solve""",
            instructions="One programming language | Two hours a day for eight weeks",
            outline="""
            Ground rules: Big O by counting | Arrays and hashing | Two pointers | Sliding windows
            Linear structures: Stacks | Queues | Linked lists | Monotonic tricks
            Trees and graphs: Traversals | Binary search trees | Breadth first | Depth first | Shortest paths
            Harder ideas: Backtracking | Greedy choices | Dynamic programming, gently | Dynamic programming, seriously
            Mock interviews: A calm one | A stuck one | A hostile one | Negotiating the offer
            """,
        ),
        CourseText(
            title="Git and GitHub without Fear",
            tags="git | github | version control | tools",
            level="all",
            price=0,
            description="""Most people learn six Git commands and hope. Spend three hours with the picture
            underneath and the rest becomes obvious, including how to get back what you thought was lost. Nothing to
            install beyond Git itself.""",
            learn="""Picture commits, branches and the index | Resolve conflicts calmly | Work with pull requests |
            Recover lost work""",
            instructions="Git 2.30 or newer | A terminal you are not afraid of",
            outline="""
            The picture: Snapshots | The three places | Branches are labels | Reading the log
            Together: Remotes | Pull requests | Conflicts | Reviewing kindly
            Rescue: Undoing, gently | Reflog | Bisect | Secrets pushed by mistake
            """,
        ),
        CourseText(
            title="AWS Fundamentals and First Deployment",
            tags="aws | cloud | devops | deployment",
            level="beginner",
            price=1999,
            description="""Deploy a real web application on AWS, secure it, and keep the bill below the price of a
            coffee. Networks, identities, storage and databases are introduced when the application needs them.
            Covers what the Cloud Practitioner examination asks along the way.""",
            learn="""Use IAM without sharing keys | Run a service behind a load balancer | Store files and back up
            databases | Watch and limit cost""",
            instructions="A free-tier AWS account | Basic Linux commands",
            outline="""
            An account you can trust: Root and IAM | Budgets and alarms | Regions
            Network and servers: VPC in pictures | EC2 | Security groups | Load balancing
            Data: S3 | RDS | Backups that restore
            Operations: CloudWatch | Deploying again | Cost review | Exam practice
            """,
        ),
        CourseText(
            title="Docker and Kubernetes: From Laptop to Cluster",
            tags="docker | kubernetes | devops | containers",
            level="intermediate",
            price=2899,
            description="""Containers first, orchestration second, and YAML only when you know why. Package three
            services, run them together, then move them to a cluster with probes, limits and rolling updates. The
            last chapter breaks the cluster in seven ways.""",
            learn="""Write small, safe images | Compose services locally | Deploy with rolling updates | Debug pods
            that will not start""",
            instructions="Comfortable on the command line | 8 GB of memory",
            outline="""
            Containers: What isolation means | Images and layers | Volumes and networks | Smaller images
            Compose: Three services | Health and order | Secrets in development
            Kubernetes: Pods and deployments | Services and ingress | Probes and limits | Config and secrets
            In anger: Rolling back | Autoscaling | Seven ways to break it | Reading events
            """,
        ),
        CourseText(
            title="Java and Spring Boot Bootcamp",
            tags="java | spring boot | backend | microservices",
            level="intermediate",
            price=3299,
            description="""From the Java language to a tested service in twelve sittings. You build the back end of
            a library system with REST, JPA, security and messaging. Made for graduates joining service companies
            and for developers returning after a break.""",
            learn="Write modern Java | Build REST services | Map data with JPA | Secure and test an application",
            instructions="JDK 21 | IntelliJ Community Edition",
            outline="""
            Java today: Records and sealed types | Collections | Streams | Exceptions
            Spring Boot: Beans and wiring | REST controllers | Validation | Configuration profiles
            Data: JPA entities | Relations | The N+1 problem | Flyway
            Serious things: Spring Security | Testing slices | Kafka basics | Packaging and release
            """,
        ),
        CourseText(
            title="Android Apps with Kotlin",
            tags="android | kotlin | mobile | jetpack compose",
            level="intermediate",
            price=2199,
            description="""Build three apps with Jetpack Compose: a water reminder, a bus timetable that works
            offline and a shared shopping list. The course follows the platform's current advice and explains which
            older tutorials to ignore.""",
            learn="Compose screens | Manage state and navigation | Store data offline | Publish on the Play Store",
            instructions="Android Studio | Some programming in any language",
            outline="""
            Kotlin quickly: Null safety | Data classes | Coroutines
            Water reminder: Composables | State | Notifications | Themes
            Bus timetable: Lists | Room | Working offline | Tests
            Shopping list: Signing in | Syncing | Sharing | Publishing
            """,
        ),
        CourseText(
            title="Rust for Working Programmers",
            tags="rust | systems programming | performance | memory",
            level="advanced",
            price=2699,
            description="""Ownership clicks when you have a reason to care. We write a log searcher, a key-value
            store and a small web service, and let the compiler teach. For people who already know one language well
            and want to know what their programs cost.""",
            learn="""Reason about ownership and lifetimes | Design with traits and enums | Write concurrent code
            safely | Profile and speed up a program""",
            instructions="Fluent in another language | Rust installed with rustup",
            outline="""
            Ownership: Moves | Borrowing | Lifetimes when needed | Errors as values
            Log searcher: Iterators | Traits | Testing | Making it fast
            Key-value store: Files and bytes | Concurrency | Crash safety
            Web service: Async basics | Handlers | Shipping a binary
            """,
            status="draft",
        ),
    ),
)
