"""Demo courses on business and finance."""

from lms.demo.texts import CategoryText, CourseText

CATEGORY = CategoryText(
    name="Business and Finance",
    description="Start, count, plan and lead: practical courses for founders, managers and careful savers.",
    colour="#2f6b4f",
    courses=(
        CourseText(
            title="Personal Finance for Your First Salary",
            tags="personal finance | investing | tax | beginners",
            level="beginner",
            price=0,
            description="""The course we wish somebody had given us at twenty-two. Read a payslip, build an
            emergency fund, choose insurance without being sold to, and begin a monthly investment you can forget
            about. Examples use Indian taxes and products.""",
            learn="""Make a budget you can keep | Compare mutual funds by cost | File a simple income tax return |
            Say no to bad insurance""",
            instructions="Your latest payslip, if you have one | No stock tips are given",
            outline="""
            Where money goes: Reading a payslip | A budget in ten minutes | The emergency fund
            Protecting: Health insurance | Term insurance | Frauds to recognise
            Growing: Inflation and interest | Mutual funds and index funds | The monthly plan | PPF, EPF and NPS
            Taxes: Old and new regime | Deductions | Filing your return
            """,
        ),
        CourseText(
            title="Accounting Basics with Tally Prime",
            tags="accounting | tally | gst | bookkeeping",
            level="beginner",
            price=899,
            description="""Keep the books of a small hardware store for one financial year. Every voucher, GST
            return and bank reconciliation is entered together on screen. Useful to shop owners, commerce students
            and anyone who has to talk to an accountant.""",
            learn="""Explain debit and credit | Enter purchases, sales and payroll | Reconcile the bank | Prepare
            GST returns and a balance sheet""",
            instructions="Tally Prime in educational mode (free) | Windows",
            outline="""
            Double entry: Debit and credit | The chart of accounts | Opening the company
            Every day: Purchases | Sales with GST | Receipts and payments | Stock
            Every month: Bank reconciliation | GSTR-1 and GSTR-3B | TDS basics | Payroll
            Year end: Depreciation | Trial balance | Balance sheet | Talking to the auditor
            """,
        ),
        CourseText(
            title="Start Small: Launch a Business in 90 Days",
            tags="entrepreneurship | startup | small business | planning",
            level="all",
            price=1499,
            description="""A schedule, not a lecture. In twelve weeks you test an idea with real customers, price
            it, register the firm and make the first ten sales. Founders of a pickle brand, a tuition centre and a
            repair service show their numbers.""",
            learn="""Test demand before spending | Price for profit | Choose a legal form | Keep cash in sight every
            week""",
            instructions="An idea, however vague | Five hours a week",
            outline="""
            Weeks 1 to 3: Problems worth solving | Twenty conversations | The smallest offer | Counting interest
            Weeks 4 to 6: Costs and prices | Proprietor, LLP or company | Licences and GST
            Weeks 7 to 9: A simple shop page | The first ten customers | Delivery and returns | WhatsApp as a counter
            Weeks 10 to 12: Cash flow on one page | Hiring the first helper | Grow, change or stop
            """,
        ),
        CourseText(
            title="Financial Modelling in Excel",
            tags="excel | financial modelling | valuation | finance",
            level="advanced",
            price=3999,
            description="""Build a three-statement model of a listed cement company from its annual report, then
            value it. The focus is on structure: inputs apart from workings, checks that shout, and scenarios a
            partner can change without calling you.""",
            learn="""Link the three statements | Forecast revenue from drivers | Value by DCF and multiples | Audit
            somebody else's model""",
            instructions="Comfortable with Excel formulas | Basic accounting",
            outline="""
            Structure: Inputs, workings, outputs | Naming and colour | Error checks
            Statements: Revenue drivers | Costs | Working capital | Debt and interest | Closing the loop
            Valuation: Free cash flow | Discount rates | Terminal value | Comparable companies
            Using it: Scenarios | Sensitivity tables | Reviewing a model | The two-page memo
            """,
        ),
        CourseText(
            title="First-Time Manager",
            tags="management | leadership | feedback | teams",
            level="beginner",
            price=1199,
            description="""Yesterday you did the work, today you answer for others who do it. Short lessons cover
            the first hundred days: one-to-ones, delegation, feedback and the first difficult conversation. Every
            lesson has a script you can adapt for tomorrow.""",
            learn="""Run useful one-to-ones | Delegate without hovering | Give feedback that is heard | Plan a
            team's quarter""",
            instructions="You manage, or soon will manage, at least one person",
            outline="""
            The change: From doing to enabling | Your first week | Former peers
            Conversations: One-to-ones | Listening | Praise and correction | The difficult talk
            The work: Delegation | Priorities and saying no | Meetings worth having
            The team: Hiring well | Remote and hybrid | Looking after yourself
            """,
        ),
        CourseText(
            title="Share Bazaar ki Samajh (शेयर बाज़ार की समझ)",
            tags="stock market | investing | hindi | personal finance",
            level="beginner",
            price=699,
            language="Hindi",
            description="""शेयर बाज़ार न जुआ है, न जादू। इस कोर्स में समझिए कि कंपनी का हिस्सा खरीदने का मतलब क्या
            है, जोखिम कैसे नापें और लंबे समय का निवेश कैसे करें। कोई टिप्स नहीं, केवल समझ और अनुशासन।""",
            learn="डीमैट खाता खोलना | बैलेंस शीट के मुख्य अंक पढ़ना | इंडेक्स फंड और SIP | धोखाधड़ी से बचना",
            instructions="मोबाइल या कंप्यूटर | निवेश के लिए पैसे होना ज़रूरी नहीं",
            outline="""
            बुनियाद: शेयर क्या है | बाज़ार कैसे चलता है | डीमैट खाता
            कंपनी को पढ़ना: बिक्री और मुनाफ़ा | कर्ज़ और नकदी | P/E का मतलब
            अपना निवेश: SIP और इंडेक्स फंड | जोखिम बाँटना | टैक्स के नियम | धोखे के संकेत
            """,
        ),
        CourseText(
            title="Project Management with Agile and Scrum",
            tags="agile | scrum | project management | teams",
            level="intermediate",
            price=1699,
            description="""Plan less, finish more. Follow one team through six sprints, with its missed forecasts,
            overloaded tester and impatient sponsor. You practise writing stories, limiting work and reporting
            progress without theatre.""",
            learn="""Split work into small stories | Forecast with ranges | Run short, useful ceremonies | Handle
            change without chaos""",
            instructions="Experience in any team project",
            outline="""
            Why iterate: Plans and reality | Roles | The backlog
            A sprint: Planning | Daily talk in ten minutes | Review | Retrospective
            Flow: Limiting work in progress | Boards that tell the truth | Dependencies | Estimating with ranges
            The organisation: Reporting upward | Distributed teams | When Scrum does not fit
            """,
        ),
        CourseText(
            title="Negotiation Lab",
            tags="negotiation | communication | sales | leadership",
            level="intermediate",
            price=2199,
            description="""Ten role plays, from a salary talk to a supplier who will not move. You record your side,
            compare it with two experienced negotiators and try again. The theory takes an hour; the rest is
            practice.""",
            learn="""Prepare interests and limits | Open and concede deliberately | Handle pressure and silence |
            Close with everything written down""",
            instructions="A quiet room and a way to record your voice",
            outline="""
            Preparing: Interests and positions | Your best alternative | Anchors
            Practising: Salary | Rent | A supplier | A colleague
            Under pressure: Deadlines and threats | Silence | Saying no well
            Closing: Trading concessions | Writing it down | Looking back
            """,
        ),
    ),
)
