"""Demo courses on data science."""

from lms.demo.texts import CategoryText, CourseText

CATEGORY = CategoryText(
    name="Data Science",
    description="From a messy spreadsheet to a decision: Python, SQL, statistics, charts and machine learning.",
    colour="#5b4b9a",
    courses=(
        CourseText(
            title="Python for Data Analysis",
            tags="python | pandas | data analysis | jupyter",
            level="beginner",
            price=1299,
            description="""Clean, reshape and question real data sets: railway delays, air quality in Delhi, a year
            of grocery bills. You work in notebooks from the first lesson and finish with a report somebody could
            act on. Suited to analysts who have outgrown spreadsheets.""",
            learn="""Load data from CSV, Excel and the web | Clean missing and duplicated rows | Group, pivot and
            join | Tell a story in a notebook""",
            instructions="No programming experience needed | Install Anaconda, or use the free online notebooks",
            outline="""
            Python in an afternoon: Notebooks | Numbers and text | Lists and dictionaries | Functions | Reading errors
            Meeting pandas: Series and frames | Selecting rows | Sorting and counting | Dates
            Cleaning: Missing values | Duplicates | Text columns | Joining tables | Railway delays, cleaned
            Answers: Group and aggregate | Pivot tables | Charts that answer | The final report
            """,
        ),
        CourseText(
            title="SQL for Analysts",
            tags="sql | postgresql | analytics | databases",
            level="beginner",
            price=0,
            description="""Every query in this course answers a question that a shop's manager would ask. Begin with
            SELECT, end with window functions, and learn to doubt a number before you present it. Practice runs in
            the browser, so there is nothing to install.""",
            learn="""Filter, join and group with confidence | Use window functions for rankings and running totals |
            Spot double counting | Write queries a colleague can read""",
            instructions="A browser | Curiosity about where numbers come from",
            outline="""
            One table: SELECT and WHERE | Sorting and limits | Counting things | NULL, the quiet trap
            Many tables: Inner joins | Left joins | Joining a table to itself | Unions
            Summaries: GROUP BY | HAVING | Subqueries and CTEs | Window functions | Running totals
            In the office: Checking a number | Dates and fiscal years | Sharing a query
            """,
        ),
        CourseText(
            title="Statistics You Will Actually Use",
            tags="statistics | probability | a/b testing | data analysis",
            level="intermediate",
            price=1799,
            description="""A course about uncertainty for people with deadlines. Sampling, confidence, A/B tests and
            regression are explained with simulations first and formulas second. You learn what to say when the
            honest answer is that we do not know yet.""",
            learn="""Explain a confidence interval correctly | Plan the size of an experiment | Read regression
            output | Recognise five ways in which data misleads""",
            instructions="School mathematics | Basic Python for the exercises",
            outline="""
            Describing: Averages and their lies | Spread | Distributions in the wild
            Sampling: Who answered the survey | The bootstrap | Confidence intervals | Margin of error
            Deciding: What a p-value is | Planning an A/B test | Peeking, and why not to | Many tests at once
            Relating: Correlation | Simple regression | Confounders | Presenting uncertainty
            """,
        ),
        CourseText(
            title="Machine Learning Foundations",
            tags="machine learning | scikit-learn | python | models",
            level="intermediate",
            price=2999,
            description="""Linear models, trees, boosting and clustering, each built once by hand and then with
            scikit-learn. The emphasis is on judging a model: good splits, the right metric, and the cost of being
            wrong. The capstone predicts which loan applications need a second look.""",
            learn="""Frame a business question as a prediction | Prevent leakage | Compare models fairly | Explain a
            prediction to a customer""",
            instructions="Python and pandas | Some statistics",
            outline="""
            Framing: What can be predicted | Baselines | Train, validate, test | Leakage
            Linear models: Gradient descent by hand | Regularisation | Logistic regression | Reading coefficients
            Trees: Decision trees | Random forests | Gradient boosting | Tuning without fooling yourself
            Without labels: K-means | PCA | Finding outliers
            Capstone - loans: Exploring the data | Choosing a metric | Fairness checks | Writing the model card
            """,
        ),
        CourseText(
            title="Deep Learning with PyTorch",
            tags="deep learning | pytorch | neural networks | ai",
            level="advanced",
            price=4499,
            description="""Start from a single neuron and reach a small transformer, writing each training loop
            yourself. Projects include sorting crop diseases from leaf photographs and a Hindi-English translator
            small enough to run on a laptop. A GPU helps, and free ones are shown.""",
            learn="""Write and debug training loops | Build convolutional and attention models | Fine-tune a
            pre-trained network | Track experiments and spend less on GPUs""",
            instructions="Machine learning basics | Linear algebra at first-year level",
            outline="""
            Tensors and gradients: Tensors | Autograd | A neuron from scratch | The training loop
            Vision: Convolutions | Augmentation | Transfer learning | Leaf diseases, a full project
            Language: Tokens and embeddings | Attention | A tiny transformer | Translating Hindi to English
            Practice: Overfitting on purpose | Mixed precision | Experiment tracking | Exporting a model
            """,
        ),
        CourseText(
            title="Excel aur Data ki Shuruaat (Excel और डेटा की शुरुआत)",
            tags="excel | data analysis | hindi | office",
            level="beginner",
            price=399,
            language="Hindi",
            description="""एक्सेल को शुरुआत से सीखिए, वह भी अपनी भाषा में। दुकान के हिसाब, स्कूल की मार्कशीट और घर
            के बजट जैसे रोज़मर्रा के उदाहरणों पर काम होगा। कोर्स के अंत तक आप पिवट टेबल और चार्ट से अपनी रिपोर्ट खुद
            बना पाएँगे।""",
            learn="सही तरीके से डेटा भरना | SUM, IF और VLOOKUP का उपयोग | पिवट टेबल बनाना | साफ़ और पढ़ने लायक चार्ट",
            instructions="एक कंप्यूटर जिसमें Excel 2016 या नया हो | पहले से कुछ जानना ज़रूरी नहीं",
            outline="""
            पहला कदम: एक्सेल की खिड़की | डेटा भरना | फ़ॉर्मैट करना
            फ़ॉर्मूले: जोड़ और औसत | IF की शर्तें | VLOOKUP से खोजना | आम गलतियाँ
            रिपोर्ट: सॉर्ट और फ़िल्टर | पिवट टेबल | चार्ट | दुकान का पूरा हिसाब
            """,
        ),
        CourseText(
            title="Data Visualisation That Persuades",
            tags="data visualisation | charts | storytelling | design",
            level="all",
            price=1499,
            description="""A good chart makes the point before the caption is read. We take thirty charts from
            newspapers and company decks, say what is wrong with each, and redraw them. Tools are secondary: use
            Excel, Tableau or Python as you like.""",
            learn="""Choose a chart for the question | Remove what distracts | Use colour with intent | Present
            numbers aloud without losing the room""",
            instructions="Any charting tool | Bring a chart of your own",
            outline="""
            Seeing: How we read charts | Position, length, colour | Famous bad charts
            Choosing: Comparing amounts | Change over time | Parts of a whole | Maps, and when not to
            Refining: Titles that state the point | Direct labels | Colour for everyone | Small multiples
            Presenting: One chart, one message | Building a dashboard | Questions from the audience
            """,
        ),
        CourseText(
            title="Big Data with Spark: the 2019 Lectures",
            tags="spark | big data | pyspark | data engineering",
            level="advanced",
            price=1999,
            description="""Recorded lectures on distributed processing with Spark 2.4: partitions, shuffles and
            streaming, with exercises on taxi trips. The ideas still hold, but the versions are old. Kept for the
            learners who have it; a new recording is being made.""",
            learn="Think in partitions | Avoid needless shuffles | Write streaming jobs | Read the Spark UI",
            instructions="Python or Scala | 8 GB of memory",
            outline="""
            Distributed thinking: Why one machine is not enough | Partitions | Lazy evaluation
            DataFrames: Reading files | Joins and shuffles | Window functions | User-defined functions
            Running it: The Spark UI | Memory errors | Structured streaming | Taxi trips, end to end
            """,
            status="archived",
        ),
    ),
)
