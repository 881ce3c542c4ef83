"""Demo courses on marketing."""

from lms.demo.texts import CategoryText, CourseText

CATEGORY = CategoryText(
    name="Marketing",
    description="Be found, be understood, be chosen: search, content, social media, e-mail and measurement.",
    colour="#c4702b",
    courses=(
        CourseText(
            title="Digital Marketing for Small Shops",
            tags="digital marketing | local business | social media | beginners",
            level="beginner",
            price=499,
            description="""You have a shop, a phone and half an hour a day. That is enough to be found on the map,
            to answer reviews well and to bring last month's customers back. Each task takes under thirty minutes
            and is shown on a phone.""",
            learn="""Set up a business profile that ranks | Take product photographs with a phone | Use WhatsApp
            Business | Spend a small ad budget sensibly""",
            instructions="A smartphone | A shop, stall or service, even an imaginary one",
            outline="""
            Be found: Your profile on the map | Opening hours and photographs | Asking for reviews
            Be remembered: WhatsApp Business | Catalogues and quick replies | Festival offers
            Be chosen: Photographs that sell | Answering bad reviews | Ads for 100 rupees a day | What worked?
            """,
        ),
        CourseText(
            title="SEO from Audit to Results",
            tags="seo | search | content | analytics",
            level="intermediate",
            price=1799,
            description="""Six months of search work for a mid-sized furniture shop, condensed into six chapters. We
            crawl, fix, write and measure, including the change that made things worse. You finish with a plan for a
            site of your own.""",
            learn="""Run a technical audit | Map keywords to pages | Write pages that answer | Report results
            without vanity numbers""",
            instructions="Access to a website you may change | Search Console",
            outline="""
            How search works: Crawling and indexing | Ranking in plain words | Intent
            The audit: Crawling the shop | Speed and structure | Duplicate pages | Structured data
            Content: Keyword maps | Briefs for writers | Refreshing old pages | Internal links
            Authority: Links worth having | Digital PR | Local search
            Proof: Search Console | Forecasts | The monthly report
            """,
        ),
        CourseText(
            title="Copywriting: Say It Simply",
            tags="copywriting | writing | content | advertising",
            level="all",
            price=999,
            description="""Good copy is clear thinking, visible. You rewrite a bank's form, a charity's appeal and a
            pump maker's brochure, line by line, and learn to hear when a sentence is lying. Bring a page of your
            own for the last chapter.""",
            learn="""Find the one thing to say | Write headlines by the dozen | Edit until it is short | Fit tone to
            reader""",
            instructions="A notebook | Willingness to delete",
            outline="""
            Before writing: Who is reading | One promise | Collecting proof
            Writing: Headlines | First sentences | Verbs and nouns | Calls to action
            Editing: Cutting by half | Reading aloud | Jargon hunt
            Cases: The bank's form | The charity's appeal | The brochure | Your own page
            """,
        ),
        CourseText(
            title="Social Media Strategy and Content Planning",
            tags="social media | instagram | content | strategy",
            level="intermediate",
            price=1399,
            description="""Stop posting into the void. Choose two channels, set one goal for each and fill a
            quarter's calendar in an afternoon. The course shows how a travel company, a hospital and a snack brand
            plan, and what they stopped doing.""",
            learn="""Choose channels by audience | Plan a quarter of content | Brief creators fairly | Read the
            numbers that matter""",
            instructions="One account you can post from",
            outline="""
            Goals: What social can do | Choosing channels | Voice and boundaries
            Planning: Content pillars | The quarterly calendar | Batch production | Short video basics
            People: Comments and crises | Working with creators | Disclosure rules
            Numbers: Reach and response | Experiments | A report on one page
            """,
        ),
        CourseText(
            title="Google Ads Step by Step",
            tags="google ads | ppc | advertising | analytics",
            level="intermediate",
            price=2299,
            description="""Run a search campaign for a dental clinic with a budget of 500 rupees a day. We set up
            tracking first, write the ads second and spend last. Every setting that wastes money is pointed out and
            switched off.""",
            learn="Track conversions correctly | Structure campaigns | Write and test ads | Cut wasted spend",
            instructions="A Google account | A budget is optional; a sandbox account is shown",
            outline="""
            Before spending: Is search right for this | Conversion tracking | Landing pages
            The campaign: Keywords and match types | Negative keywords | Ads and extensions | Locations and hours
            The auction: Bidding strategies | Quality | Budgets
            Improving: Search terms every week | Testing ads | Remarketing | When to stop
            """,
        ),
        CourseText(
            title="Email Marketing That People Open",
            tags="email marketing | automation | copywriting | crm",
            level="beginner",
            price=799,
            description="""E-mail is the one audience you own. Build a list with consent, write a welcome series for
            an online bookshop and learn why mails land in spam. Templates and a deliverability checklist are
            included.""",
            learn="Grow a list honestly | Write a welcome series | Segment by behaviour | Stay out of spam folders",
            instructions="Any e-mail tool with a free plan",
            outline="""
            The list: Consent | Forms that convert | Cleaning up
            Writing: Subject lines | Plain text or designed | The welcome series | The newsletter
            Machinery: Segments | Automations | SPF, DKIM and DMARC | Bounces and complaints
            Learning: Opens lie, clicks less | Split tests | A yearly plan
            """,
        ),
        CourseText(
            title="Marketing Analytics with GA4",
            tags="analytics | ga4 | marketing | dashboards",
            level="advanced",
            price=2599,
            description="""Plan events before you install them, connect advertising costs, and answer what each
            channel is worth. We are honest about consent, sampling and attribution, and show where a spreadsheet
            beats the tool.""",
            learn="""Write a measurement plan | Configure events and audiences | Query raw data in BigQuery |
            Explain attribution to a sceptic""",
            instructions="A site with GA4, or the public demo account | Basic SQL",
            outline="""
            Planning: Questions first | The event plan | Consent mode
            Setting up: Tag Manager | Events and parameters | Testing | Linking costs
            Analysis: Explorations | Funnels and paths | BigQuery export | Cohorts
            Decisions: Attribution | Incrementality tests | Dashboards that get used
            """,
        ),
    ),
)
