"""Demo courses on health and wellbeing."""

from lms.demo.texts import CategoryText, CourseText

CATEGORY = CategoryText(
    name="Health and Wellbeing",
    description="Move, eat, rest and breathe better, with teachers who respect limits and evidence.",
    colour="#3d7f77",
    courses=(
        CourseText(
            title="Yoga at Home: The First Thirty Days",
            tags="yoga | fitness | beginners | flexibility",
            level="beginner",
            price=0,
            description="""Twenty minutes a day on a mat, a blanket or a carpet. Every posture is shown with an
            easier and a harder version, and injuries are taken seriously. By day thirty you can lead yourself
            through a balanced practice.""",
            learn="""Practise safely without a mirror | Link breath and movement | Adapt postures to your body |
            Keep a habit""",
            instructions="A mat or folded blanket | Ask a doctor first if you are pregnant or injured",
            outline="""
            Week one: Standing well | Breathing | Cat, cow and child | A first short flow
            Week two: Sun salutation, slowly | Hips | Resting properly
            Week three: Balance | Twists | Strength in the arms | A longer flow
            Week four: Backbends with care | Building your own sequence | Day thirty
            """,
        ),
        CourseText(
            title="Strength Training for Busy People",
            tags="fitness | strength | health | workout",
            level="beginner",
            price=999,
            description="""Three sessions of thirty minutes a week, with two dumb-bells or none. A physiotherapist
            explains why each movement is there and how to progress for a year. No before-and-after pictures, only
            numbers you can track.""",
            learn="Perform six basic lifts | Plan progress for a year | Train around pain | Recover and sleep better",
            instructions="Two dumb-bells or filled bottles | Space for a mat",
            outline="""
            Why strength: What muscles do for you | Safety first | Your starting numbers
            The movements: Squat | Hinge | Push | Pull | Carry
            The plan: Weeks 1 to 4 | Weeks 5 to 8 | Plateaus
            Around it: Protein in an Indian kitchen | Sleep | Pain or effort
            """,
        ),
        CourseText(
            title="Everyday Nutrition, Indian Kitchen",
            tags="nutrition | cooking | health | diet",
            level="all",
            price=699,
            description="""No superfoods and no forbidden foods. A dietitian from Hyderabad shows how to balance the
            plates you already cook, read labels, and feed a family with different needs on one budget.""",
            learn="Balance a thali | Read a food label | Plan a week's meals | Separate evidence from advertising",
            instructions="A kitchen | Not a substitute for medical advice",
            outline="""
            Basics: Energy | Protein, dal and more | Fats without fear | Fibre
            The plate: Breakfasts | Tiffin that lasts | Dinner for a family
            Shopping: Reading labels | Seasonal and cheap | Packaged promises
            Special needs: Children | Diabetes in the house | Growing older
            """,
        ),
        CourseText(
            title="Mindfulness for Sceptics",
            tags="mindfulness | meditation | stress | mental health",
            level="beginner",
            price=599,
            description="""No incense is required. A psychologist walks through what attention training can and
            cannot do, with ten-minute practices and the studies behind them. You may stay sceptical throughout; the
            exercises work either way.""",
            learn="Sit for ten minutes | Notice worry early | Use short practices at work | Know when to seek help",
            instructions="A chair | Ten minutes a day",
            outline="""
            Honest questions: What the studies say | What it is not | Ten minutes, the first time
            Practice: Breath | Body scan | Sounds and thoughts | Walking
            Daily life: Before a meeting | With your phone | In an argument | When to see a professional
            """,
        ),
        CourseText(
            title="Sleep Better: A Six-Week Programme",
            tags="sleep | health | habits | stress",
            level="all",
            price=899,
            description="""Based on the methods clinics use for insomnia, adapted for self-study. Keep a diary,
            shift your schedule in small steps and learn which advice to ignore. Shift workers and new parents get
            chapters of their own.""",
            learn="""Keep a sleep diary | Set a realistic schedule | Calm a racing mind | Handle shifts and small
            children""",
            instructions="A pen by the bed | See a doctor if you snore heavily or stop breathing",
            outline="""
            Weeks one and two: How sleep works | The diary | Caffeine, light and screens
            Weeks three and four: Your sleep window | Getting up at night | Racing thoughts
            Weeks five and six: Keeping it | Shift work | Parents of infants
            """,
        ),
        CourseText(
            title="First Aid for Families",
            tags="first aid | safety | health | parenting",
            level="beginner",
            price=0,
            description="""What to do in the ten minutes before help arrives. Choking, burns, fever, falls and the
            recovery position are demonstrated by a paramedic in an ordinary flat. Watch it with everyone you live
            with, and again next year.""",
            learn="""Call for help well | Give chest compressions | Treat burns, cuts and choking | Stock a
            first-aid box""",
            instructions="A cushion for practice | This does not replace a certified course",
            outline="""
            First minutes: Look, ask, call | The recovery position | Chest compressions
            At home: Choking | Burns | Cuts and bleeding | Poison
            Children and elders: Fever and fits | Falls | Heat stroke | The first-aid box
            """,
        ),
        CourseText(
            title="Dhyan aur Pranayam (ध्यान और प्राणायाम)",
            tags="meditation | pranayama | hindi | yoga",
            level="beginner",
            price=499,
            language="Hindi",
            description="""साँस पर ध्यान देना सबसे सरल अभ्यास है और सबसे कठिन भी। इस कोर्स में छह प्राणायाम और चार
            ध्यान विधियाँ सावधानियों के साथ सिखाई गई हैं। सुबह के बीस मिनट काफ़ी हैं।""",
            learn="सही ढंग से बैठना | अनुलोम-विलोम और भ्रामरी | मन को टिकाना | रोज़ का अभ्यास बनाना",
            instructions="शांत जगह और एक आसन | हृदय या साँस के रोगी पहले डॉक्टर से पूछें",
            outline="""
            तैयारी: बैठने का ढंग | साँस को देखना | सावधानियाँ
            प्राणायाम: अनुलोम-विलोम | भ्रामरी | शीतली | कपालभाति
            ध्यान: साँस का ध्यान | मंत्र | योग निद्रा | अपना क्रम
            """,
        ),
        CourseText(
            title="Couch to 10K in Fourteen Weeks",
            tags="running | fitness | endurance | health",
            level="beginner",
            price=399,
            description="""From walking to running ten kilometres without stopping, in three outings a week. Audio
            cues tell you when to run and when to walk, and a coach explains shoes, heat, pollution days and the
            runner's knee.""",
            learn="Build endurance gradually | Choose shoes and routes | Run in heat and bad air | Finish a first race",
            instructions="Running shoes that fit | Medical advice if you are over 50 or unwell",
            outline="""
            Weeks 1 to 4: Walk and run | Shoes | Heat and air
            Weeks 5 to 9: Thirty minutes without stopping | Knees and shins | Hills
            Weeks 10 to 14: Five kilometres | Ten kilometres | Race morning
            """,
            status="in_review",
        ),
    ),
)
