"""Demo courses on design."""

from lms.demo.texts import CategoryText, CourseText

CATEGORY = CategoryText(
    name="Design",
    description="Interfaces, type, illustration and the thinking behind them, taught by people who ship.",
    colour="#b5485d",
    courses=(
        CourseText(
            title="UI Design Essentials in Figma",
            tags="figma | ui design | prototyping | beginners",
            level="beginner",
            price=999,
            description="""Design a complete food-ordering app, screen by screen, while learning the tool that most
            teams use. Alignment, spacing and hierarchy are practised until they become habit. You leave with a
            portfolio piece and a file that developers will thank you for.""",
            learn="""Use frames, auto layout and components | Build a type and colour system | Prototype a checkout
            | Hand over files that can be built""",
            instructions="A free Figma account | A mouse is better than a trackpad",
            outline="""
            Finding your way: The canvas | Frames and grids | Shapes and vectors
            Visual basics: Spacing | Type scales | Colour roles | Icons that match
            Systems: Components | Variants | Auto layout | Libraries
            The app: Home screen | Menu and cart | Checkout prototype | Hand-over notes
            """,
        ),
        CourseText(
            title="UX Research on a Small Budget",
            tags="ux research | interviews | usability testing | product",
            level="intermediate",
            price=1599,
            description="""Five conversations can change a roadmap, if they are the right ones. Learn to recruit
            participants, ask questions that do not lead, and turn recordings into findings that a busy team reads.
            Includes consent forms and scripts to reuse.""",
            learn="""Write an interview guide | Run a usability test in a café | Synthesize notes into themes |
            Present findings that lead to change""",
            instructions="No background needed | You will interview three people during the course",
            outline="""
            Planning: Questions worth asking | Choosing a method | Recruiting people | Consent and care
            Talking: The interview guide | Silence as a tool | Remote sessions | A full interview, annotated
            Testing: Tasks, not tours | Paper prototypes | Measuring without a lab
            Making sense: Affinity notes | Findings and evidence | A one-page report
            """,
        ),
        CourseText(
            title="Typography for Screens",
            tags="typography | fonts | ui design | web design",
            level="intermediate",
            price=1199,
            description="""Text is most of what we design, and most of it could be better. Study how letters work,
            pair families with reason, and set long articles that are a pleasure on a phone. One chapter is devoted
            to Indian scripts and to pages that mix them with Latin.""",
            learn="""Choose and pair typefaces | Set measure, leading and scale | Use variable fonts | Typeset
            Devanagari and Tamil beside Latin""",
            instructions="Any design tool | An eye for small things",
            outline="""
            Letters: Anatomy | Classifications that help | What makes a face readable
            Setting text: Measure and leading | Hierarchy | Numerals and tables | Long reading
            Pairing: Contrast and harmony | Variable fonts | Licences
            Many scripts: Devanagari | Tamil and Bengali | Mixing scripts on one line | Fallbacks
            """,
        ),
        CourseText(
            title="Design Systems at Scale",
            tags="design systems | figma | tokens | ui design",
            level="advanced",
            price=3299,
            description="""How to run a component library that forty teams depend on. Tokens, versions, contribution
            rules and the politics of saying no are covered with stories from two banks and a travel company. For
            senior designers and the engineers beside them.""",
            learn="""Audit what exists | Name tokens that last | Release changes without breaking teams | Measure
            adoption honestly""",
            instructions="Two years of product design or frontend work",
            outline="""
            Starting: The audit | Making the case | Principles that decide things
            Building blocks: Tokens | Component anatomy | States and edge cases | Accessibility as default
            Running it: Versioning | Contributions | Documentation people read | Office hours
            Proving it: Adoption metrics | Retiring components | Planning the next year
            """,
        ),
        CourseText(
            title="Digital Illustration on a Tablet",
            tags="illustration | procreate | drawing | art",
            level="beginner",
            price=799,
            description="""Draw the street outside your window, a character who lives there, and a poster for the
            festival they attend. Each week adds one skill, from clean lines to light and texture. Works with
            Procreate, Krita or any other painting app with layers.""",
            learn="Sketch loosely and refine | Use layers and masks | Paint light and shadow | Prepare art for print",
            instructions="A tablet with a stylus | Krita is free if you have no app",
            outline="""
            Lines: Warming up | Shapes before detail | Confident inking
            Colour: A limited palette | Flats and masks | Light and shadow | Texture brushes
            Stories: Designing a character | Perspective for streets | Composition
            Finishing: A festival poster | Preparing for print | Sharing your process
            """,
        ),
        CourseText(
            title="Logo and Brand Identity Workshop",
            tags="branding | logo design | illustrator | graphic design",
            level="intermediate",
            price=1899,
            description="""Take a fictional tea company from a one-paragraph brief to a logo, palette, packaging and
            a short guide. You will see the ugly middle of the process too: forty sketches, two dead ends and a
            client who changes her mind.""",
            learn="""Question a brief | Sketch with purpose | Build a mark that works at 16 pixels | Present three
            options and defend one""",
            instructions="Illustrator, Affinity Designer or Inkscape | Paper and a pen",
            outline="""
            The brief: Asking better questions | Looking at competitors | Mood boards with meaning
            Sketching: Forty thumbnails | Letters as pictures | Choosing three
            Drawing: Grids and optical correction | Colour and print | Tiny sizes | The mark in motion
            Delivering: Packaging mock-ups | The brand guide | The client meeting
            """,
        ),
        CourseText(
            title="Motion Design for Interfaces",
            tags="motion design | animation | after effects | ui design",
            level="advanced",
            price=2299,
            description="""Motion explains where things come from and where they went. Learn easing, choreography
            and restraint, prototype ten common transitions, and hand them to developers as numbers instead of
            videos.""",
            learn="""Time transitions by feel and by number | Prototype in Figma and After Effects | Respect reduced
            motion | Specify animations for developers""",
            instructions="UI design basics | After Effects is optional",
            outline="""
            Principles: Why move at all | Easing | Duration and distance
            Patterns: Lists and cards | Page transitions | Loading | Success and error
            Hand-over: Reduced motion | Specs developers can use | Lottie and its costs
            """,
            status="in_review",
        ),
    ),
)
