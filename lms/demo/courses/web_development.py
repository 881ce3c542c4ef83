"""Demo courses on web development."""

from lms.demo.texts import CategoryText, CourseText

CATEGORY = CategoryText(
    name="Web Development",
    description="Pages, servers and everything between them: HTML, CSS, JavaScript, APIs and how to put them online.",
    colour="#1f6f8b",
    courses=(
        CourseText(
            title="HTML and CSS: Your First Website",
            tags="html | css | beginners | responsive design",
            level="beginner",
            price=0,
            description="""Build a four-page site for a neighbourhood bakery and put it online for free. You write
            every line yourself, from the first heading to a layout that works on a phone. No earlier experience is
            needed, only a browser and a text editor.""",
            learn="""Write well-structured HTML that screen readers understand | Lay pages out with flexbox and grid
            | Make one stylesheet serve phones and wide screens | Publish a site and point a domain at it""",
            instructions="A laptop or desktop with any operating system | Install Visual Studio Code before lesson two",
            outline="""
            Words on a page: What a browser does | Headings, paragraphs and links | Images that load fast | Lists
            Making it look right: How CSS finds elements | Colour and type | The box model | Spacing you can trust
            Layout: Flexbox in one sitting | Grid for the whole page | A menu that collapses | Testing on a phone
            Going live: Choosing a host | Publishing with Git | Buying and pointing a domain
            """,
        ),
        CourseText(
            title="Modern JavaScript from the Ground Up",
            tags="javascript | es2023 | programming | frontend",
            level="beginner",
            price=1499,
            description="""Learn JavaScript as it is written today, without a framework in the way. Each chapter
            ends with a small program: a tip calculator, a quiz, a weather page that talks to a real API. By the end
            the language's odd corners will be familiar instead of frightening.""",
            learn="""Read and write functions, closures and modules | Work with arrays and objects without loops
            everywhere | Fetch data and handle the failures | Debug in the browser with breakpoints""",
            instructions="Basic HTML and CSS | A current version of Chrome or Firefox",
            outline="""
            The language: Values and variables | Conditions that read well | Functions | Scope and closures | Errors
            Collections: Arrays | Map, filter and reduce | Objects and destructuring | Maps and sets
            The page: Selecting elements | Events and delegation | Forms | Local storage
            Waiting for things: Why callbacks hurt | Promises | Async and await | Fetching weather data
            Project - a quiz app: Planning the screens | Scoring and state | Polish and publish
            """,
        ),
        CourseText(
            title="React in Practice: Build a Job Board",
            tags="react | javascript | frontend | hooks",
            level="intermediate",
            price=2499,
            description="""One application, built properly: a job board with search, saved jobs and an employer's
            side. We spend our time on the questions that come up at work, such as where state belongs, when to
            fetch and how to test a component without testing React itself.""",
            learn="""Split a design into components | Choose between local state, context and a store | Load, cache
            and refresh server data | Test behaviour with Testing Library | Find what makes a page slow""",
            instructions="Comfortable with modern JavaScript | Node.js 20 or newer installed",
            outline="""
            First screen: Project set-up with Vite | Components and props | Lists and keys | Styling choices
            State: useState and its traps | Lifting state up | Reducers | Context without regret
            Server data: Fetching on render | Caching with a query library | Optimistic saves | Empty and error states
            Quality: Testing what users see | Accessibility checks | Profiling renders | Code splitting
            Release: Environment settings | Building for production | Watching errors after launch
            """,
        ),
        CourseText(
            title="Flask APIs That Survive Production",
            tags="python | flask | rest api | backend",
            level="intermediate",
            price=1999,
            description="""Most Flask tutorials stop where the real work begins. This course starts there:
            validation, migrations, background jobs, rate limits, logging, and a deployment you can roll back at
            midnight. The example is a ticketing service for a bus company.""",
            learn="""Structure a Flask project that several people work on | Validate input and render errors one
            way | Run slow work in a queue | Measure, log and deploy with confidence""",
            instructions="Working knowledge of Python | Docker is useful but optional",
            outline="""
            Foundations: The application factory | Configuration | Blueprints and layers | Reading requests safely
            Data: Modelling seats and trips | Transactions | Migrations without downtime | Indexes that matter
            Trust: Password storage | Tokens and sessions | Permissions | Rate limits
            Slow work: Why a queue | Writing safe jobs | Retries and dead letters
            Production: Structured logs | Health checks | gunicorn and nginx | Rolling back
            """,
        ),
        CourseText(
            title="Full-Stack TypeScript with Next.js",
            tags="typescript | next.js | react | full stack",
            level="advanced",
            price=3499,
            description="""Types from the database to the button. You build a booking platform for a chain of
            badminton courts, with server components, payments and a calendar that does not double-book. Expect to
            read error messages closely and to delete code you liked.""",
            learn="""Model a domain so that wrong states do not compile | Decide what runs on the server | Take
            payments and handle webhooks | Keep a monorepo's builds fast""",
            instructions="One shipped React project | Basic SQL | A free Postgres account",
            outline="""
            Types at work: Narrowing | Discriminated unions | Generics without tears | Typing an API's answers
            The framework: Routes and layouts | Server components | Server actions | Caching and when to break it
            Bookings: A schema for courts and slots | Preventing double bookings | Time zones | Calendar views
            Money: Checkout flow | Webhooks you can replay | Refunds
            Shipping: Previews for each branch | End-to-end tests | Observability | A launch checklist
            """,
        ),
        CourseText(
            title="Node.js and MongoDB Workshop",
            tags="node.js | mongodb | express | backend",
            level="intermediate",
            price=1299,
            description="""A hands-on workshop that builds the server of a recipe-sharing app. We model documents,
            write aggregations that replace a hundred lines of code, and load-test the result until something
            breaks. Then we fix it together.""",
            learn="""Design documents around questions | Write aggregation pipelines | Add search and pagination |
            Find slow queries and mend them""",
            instructions="JavaScript basics | Node.js 20 installed | About 2 GB of free disk space",
            outline="""
            Setting up: Project skeleton | Express routes | Connecting to MongoDB | Seeding recipes
            Documents: Embed or reference | Schema validation | Indexes | Text search
            Aggregation: Match, group and sort | Lookups | Facets for filters | Pagination done right
            Under load: A first load test | Reading explain plans | Caching hot reads | Graceful shutdown
            """,
        ),
        CourseText(
            title="Web Performance Clinic",
            tags="performance | core web vitals | frontend | optimisation",
            level="advanced",
            price=2799,
            description="""Bring a slow site and leave with a fast one. Each lesson diagnoses a real page from
            retail, news or banking and shows the change that made the difference, with numbers measured on a
            mid-range Android phone over 4G.""",
            learn="""Read a waterfall chart | Improve LCP, CLS and INP for real users | Ship images and fonts wisely
            | Set budgets that a team respects""",
            instructions="You have built at least one public website | Chrome DevTools",
            outline="""
            Measuring: Lab and field | Core Web Vitals | Reading a waterfall | Testing like your users
            Loading: Critical CSS | Fonts | Images and video | Third-party scripts
            Interacting: Long tasks | Hydration costs | Virtual lists
            Keeping it fast: Budgets in CI | Dashboards | Talking to stakeholders
            """,
        ),
        CourseText(
            title="Accessible Web Design in a Weekend",
            tags="accessibility | wcag | html | design",
            level="all",
            price=599,
            description="""About one person in six lives with a disability, and most websites ignore them. In two
            days you learn to navigate with a keyboard and a screen reader, to find the ten commonest faults and to
            repair each of them.""",
            learn="""Audit a page by hand in twenty minutes | Use ARIA only where it helps | Choose contrast and
            type that everyone can read | Write an accessibility statement""",
            instructions="Basic HTML | NVDA (free) or VoiceOver",
            outline="""
            Saturday morning: Who is left out | A tour with the keyboard | A tour with a screen reader
            Saturday afternoon: Headings and landmarks | Forms and labels | Images and alternatives | Colour contrast
            Sunday: Custom widgets | Moving content | Auditing a real shop | Making the case at work
            """,
            status="in_review",
        ),
    ),
)
