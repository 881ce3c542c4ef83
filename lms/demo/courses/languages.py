"""Demo courses on languages."""

from lms.demo.texts import CategoryText, CourseText

CATEGORY = CategoryText(
    name="Languages",
    description="Speak sooner than you dare: English, Hindi, Tamil, Japanese and more, in short daily lessons.",
    colour="#8a3f7d",
    courses=(
        CourseText(
            title="Spoken English for Work",
            tags="english | speaking | communication | career",
            level="beginner",
            price=899,
            description="""Phone calls, meetings, small talk and the e-mail you keep rewriting. Each lesson is a
            scene from an office in Pune or Chennai, played twice: once as people really speak and once slowly, with
            the phrases on screen. You repeat aloud from the first minute.""",
            learn="""Introduce yourself without memorising | Hold a phone call | Disagree politely | Write short,
            clear e-mails""",
            instructions="You can read simple English | Headphones with a microphone",
            outline="""
            Day one: Introductions | Asking again without shame | Small talk
            On the phone: Picking up | Taking a message | Conference calls | Bad lines
            In the meeting: Giving an opinion | Disagreeing | Summing up
            In writing: Short e-mails | Requests | Apologies | Chat at work
            """,
        ),
        CourseText(
            title="Angrezi Bolna Seekhein (अंग्रेज़ी बोलना सीखें)",
            tags="english | hindi | speaking | beginners",
            level="beginner",
            price=0,
            language="Hindi",
            description="""हिंदी के सहारे अंग्रेज़ी बोलना शुरू कीजिए। हर दिन दस मिनट, पाँच नए वाक्य और एक छोटी
            बातचीत। ग्रामर उतनी ही, जितनी बोलने के लिए चाहिए।""",
            learn="अपना परिचय देना | बाज़ार और बस में बात करना | सवाल पूछना | इंटरव्यू के आसान जवाब",
            instructions="रोज़ दस मिनट | मोबाइल और ईयरफ़ोन",
            outline="""
            पहला हफ़्ता: नाम और परिचय | परिवार | समय और तारीख
            दूसरा हफ़्ता: दुकान पर | बस और ट्रेन में | रास्ता पूछना
            तीसरा हफ़्ता: फ़ोन पर बात | डॉक्टर के पास | नौकरी का इंटरव्यू
            """,
        ),
        CourseText(
            title="Conversational Tamil in Eight Weeks",
            tags="tamil | speaking | travel | indian languages",
            level="beginner",
            price=1099,
            description="""Made for people who have moved to Chennai or married into a Tamil family. You learn the
            spoken language first, the one you hear on the bus, and the script at a gentle pace beside it.
            Grandmothers, drivers and colleagues lend their voices.""",
            learn="""Greet and thank in spoken Tamil | Bargain and give directions | Read signs and menus | Tell a
            short story about your day""",
            instructions="No earlier Tamil | Fifteen minutes a day",
            outline="""
            Meeting people: Vanakkam and beyond | Family words | Polite and familiar forms
            Around the city: Auto and bus | Numbers and prices | The vegetable market | At the temple
            At home: Food and kitchen | Feelings | Telephone manners
            Reading: Vowels | Consonants | Signs and menus | Your first page
            """,
        ),
        CourseText(
            title="Japanese for Beginners: JLPT N5",
            tags="japanese | jlpt | kana | languages",
            level="beginner",
            price=1999,
            description="""Everything the N5 examination asks, in an order that makes sense to speakers of Indian
            languages, whose grammar is closer to Japanese than English is. Kana in ten days, a hundred kanji with
            stories, and three full mock papers.""",
            learn="""Read hiragana and katakana | Recognise 100 kanji | Use particles correctly | Sit a mock paper
            in time""",
            instructions="A notebook for writing practice | Twenty minutes a day",
            outline="""
            Kana: Hiragana, part one | Hiragana, part two | Katakana | Writing neatly
            First sentences: Desu and masu | Particles wa, ga, wo | Numbers and time | Shopping
            Growing: The te-form | Adjectives | Past and negative | Kanji 1 to 50 | Kanji 51 to 100
            The exam: Listening strategy | Reading strategy | Mock paper one | Mock papers two and three
            """,
        ),
        CourseText(
            title="German A1 to A2: Living and Working in Germany",
            tags="german | a1 | a2 | study abroad",
            level="beginner",
            price=2499,
            description="""For nurses, engineers and students with a visa appointment in the diary. The lessons
            follow your first year: arrival, registration, flat hunting, the first day at work. Ends with the A2
            examination's tasks, corrected by example.""",
            learn="""Handle offices and appointments | Use the four cases without panic | Write formal e-mails |
            Pass the A2 speaking test""",
            instructions="No German needed | A partner to speak with helps",
            outline="""
            Arriving: Greetings and names | Numbers and addresses | At the registration office | The tram
            A flat: Reading advertisements | The viewing | Nominative and accusative | Neighbours
            Work: The first day | Dative without tears | Calling in sick | Colleagues and coffee
            The examination: Listening tasks | Letters | Speaking with a partner
            """,
        ),
        CourseText(
            title="Business Hindi for Managers",
            tags="hindi | business | communication | indian languages",
            level="intermediate",
            price=1299,
            description="""You understand Hindi films but switch to English when it matters. Practise shop-floor
            talks, vendor calls and town halls in respectful, everyday Hindi, with the regional words you will meet
            in Delhi, Lucknow and Indore.""",
            learn="""Speak to teams with the right respect | Explain safety and quality | Negotiate with vendors |
            Follow fast, mixed Hindi-English talk""",
            instructions="Basic spoken Hindi",
            outline="""
            Respect: Aap, tum and tu | Opening a meeting | Thanking people in public
            On the floor: Safety talks | Quality problems | Shifts and leave
            With partners: Vendor calls | Payment follow-up | Hospitality
            Bigger rooms: The town hall | Difficult news | Questions from the back
            """,
        ),
        CourseText(
            title="French through Stories",
            tags="french | reading | b1 | languages",
            level="intermediate",
            price=1499,
            description="""Twelve short stories written for learners: a lost violin in Lyon, a night train, a
            quarrel in Pondicherry. Read, listen, then tell the story again in your own words. Grammar appears when
            a story needs it, never before.""",
            learn="""Read longer texts with pleasure | Use past tenses naturally | Retell and discuss | Learn words
            in context""",
            instructions="About A2 French | A dictionary app",
            outline="""
            Trains and strangers: The night train | Imparfait in context | Retelling | The lost violin
            Homes: A quarrel in Pondicherry | Pronouns that repeat | Letters from an aunt
            Choices: The baker's two offers | Conditional moods | A debate | Your ending
            """,
        ),
    ),
)
