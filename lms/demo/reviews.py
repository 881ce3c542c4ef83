"""What demo learners write: an opening, something particular, an end."""

import random

Parts = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]

LOVED: Parts = (
    (
        "Exactly what I was looking for.",
        "One of the best courses I have taken online.",
        "I started with doubts and finished it in two weeks.",
        "Clear, calm and never boring.",
        "My colleague recommended this and I see why.",
        "Finally somebody who explains the why and not only the how.",
        "Worth every minute.",
        "I have watched some lessons three times, and they still teach me something.",
    ),
    (
        'The lesson "{lesson}" alone made it worthwhile.',
        'The chapter "{section}" cleared up something I had been getting wrong for years.',
        "The exercises are realistic and just hard enough.",
        "I used what I learned at work the very next day.",
        'I keep going back to "{lesson}".',
        "No filler anywhere; each video is as long as it needs to be.",
        "The instructor shows the mistakes too, which helped me most.",
        "The pace is perfect if you study after office hours, as I do.",
    ),
    (
        "",
        "Thank you!",
        "Already looking for the next course by the same instructor.",
        "Highly recommended.",
        "Please make a follow-up.",
        "Do the exercises, do not just watch.",
    ),
)
LIKED: Parts = (
    (
        "Very good course overall.",
        "Solid content and a friendly teacher.",
        "Learned a lot, with a few small complaints.",
        "Good value for the time it takes.",
        "I enjoyed most of it.",
        "Well structured and easy to follow.",
    ),
    (
        'The part on "{section}" is the strongest.',
        '"{lesson}" went a little fast for me, but I managed on the second viewing.',
        "I would have liked a few more exercises.",
        "Sound is a bit low in some videos, otherwise fine.",
        'After "{lesson}" everything began to fit together.',
        "Subtitles would make it perfect.",
        "Some examples could be longer.",
    ),
    ("", "Would recommend.", "Four stars from me.", "Happy that I took it.", "Looking forward to updates."),
)
MIXED: Parts = (
    ("It is all right.", "Decent, but not what I expected.", "Some good parts, some weak ones.", "Average for me."),
    (
        'I liked "{section}", the rest I mostly knew.',
        'The jump in difficulty at "{lesson}" is too big.',
        "Too slow at the start and too quick at the end.",
        "The description promised a little more depth.",
        "Good theory, but I missed practice.",
    ),
    ("", "Fine as a first overview.", "Check the preview before you decide.", "Could become better with an update."),
)
DISLIKED: Parts = (
    ("Not for me.", "I was disappointed.", "I could not finish it.", "Expected much more."),
    (
        'I got stuck at "{lesson}" and found no help.',
        "The examples did not match what I need at work.",
        'The chapter "{section}" repeats what is free elsewhere.',
        "The videos are fine but the explanations assume too much.",
        "It needs better sound and fewer slides.",
    ),
    ("", "Perhaps I was the wrong audience.", "Please update the older videos."),
)
PRAISED_IN_HINDI: Parts = (
    ("बहुत अच्छा कोर्स है।", "अपनी भाषा में सीखने का मज़ा ही अलग है।", "सरल और साफ़ समझाया गया है।", "मन लगाकर पूरा किया।"),
    (
        '"{lesson}" वाला पाठ सबसे अच्छा लगा।',
        "उदाहरण रोज़मर्रा के हैं, इसलिए तुरंत समझ आते हैं।",
        '"{section}" वाला भाग दो बार देखा।',
        "हर वीडियो उतना ही लंबा है जितना होना चाहिए।",
    ),
    ("", "धन्यवाद!", "आगे का कोर्स भी बनाइए।", "सबको देखना चाहिए।"),
)
FAULTED_IN_HINDI: Parts = (
    ("ठीक-ठाक है।", "उम्मीद इससे ज़्यादा थी।", "कुछ पाठ अच्छे हैं, कुछ नहीं।"),
    ("आवाज़ थोड़ी धीमी है।", '"{lesson}" में बहुत जल्दी-जल्दी बताया गया।', "अभ्यास के लिए और सवाल चाहिए थे।"),
    ("", "अपडेट का इंतज़ार रहेगा।"),
)

IN_ENGLISH = {5: LOVED, 4: LIKED, 3: MIXED, 2: DISLIKED, 1: DISLIKED}
IN_HINDI = {5: PRAISED_IN_HINDI, 4: PRAISED_IN_HINDI, 3: FAULTED_IN_HINDI, 2: FAULTED_IN_HINDI, 1: FAULTED_IN_HINDI}

STARS = (1, 2, 3, 4, 5)
WEIGHTS = ((1, 1, 5, 31, 62), (1, 3, 10, 43, 43), (2, 4, 13, 45, 36), (9, 12, 25, 34, 20))
"""How a course's ratings spread, from a very good course to a mixed one."""


def review_text(draw: random.Random, rating: int, language: str, section: str, lesson: str) -> str:
    """A review that fits the rating, about this lesson and its section."""
    parts = (IN_HINDI if language == "Hindi" else IN_ENGLISH)[rating]
    return " ".join(part for part in map(draw.choice, parts) if part).format(section=section, lesson=lesson)
