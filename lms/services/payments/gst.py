"""India's goods and services tax: its states, its numbers, and where a course is supplied.

Sources: the Central Goods and Services Tax Act, 2017 (CGST Act), and its Rules (CGST Rules), the Integrated Goods and
Services Tax Act, 2017 (IGST Act). Codes of states are those that a GSTIN begins with (GST portal, "State Code List").
"""

import re

STATES = {
    "01": "Jammu and Kashmir",
    "02": "Himachal Pradesh",
    "03": "Punjab",
    "04": "Chandigarh",
    "05": "Uttarakhand",
    "06": "Haryana",
    "07": "Delhi",
    "08": "Rajasthan",
    "09": "Uttar Pradesh",
    "10": "Bihar",
    "11": "Sikkim",
    "12": "Arunachal Pradesh",
    "13": "Nagaland",
    "14": "Manipur",
    "15": "Mizoram",
    "16": "Tripura",
    "17": "Meghalaya",
    "18": "Assam",
    "19": "West Bengal",
    "20": "Jharkhand",
    "21": "Odisha",
    "22": "Chhattisgarh",
    "23": "Madhya Pradesh",
    "24": "Gujarat",
    "26": "Dadra and Nagar Haveli and Daman and Diu",
    "27": "Maharashtra",
    "29": "Karnataka",
    "30": "Goa",
    "31": "Lakshadweep",
    "32": "Kerala",
    "33": "Tamil Nadu",
    "34": "Puducherry",
    "35": "Andaman and Nicobar Islands",
    "36": "Telangana",
    "37": "Andhra Pradesh",
    "38": "Ladakh",
    "97": "Other Territory",
}
"""By their codes. Not 25 (Daman and Diu until 26 January 2020) nor 28 (Andhra Pradesh before it was divided)."""

UNION_TERRITORIES = {"04", "26", "31", "35", "38", "97"}
"""Those without a legislature, whose half of the tax is called UTGST (Union Territory GST Act, 2017, section 2(8))."""

ABROAD = "96"
"""What returns and e-invoices call a place outside India."""

PLACES = {**STATES, ABROAD: "Outside India"}

GSTIN = re.compile(r"[0-9]{2}[A-Z]{5}[0-9]{4}[A-Z][1-9A-Z]Z[0-9A-Z]")
"""The state, the holder's PAN, which of the holder's registrations there it is, Z, and what checks the others."""

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def gstin(value: str) -> str:
    """The identification number of somebody registered, checked but not looked up; ValueError says what is wrong."""
    if not GSTIN.fullmatch(value):
        raise ValueError("A GSTIN has 15 characters, such as 29AAGCB7383J1Z4.")
    if value[:2] not in STATES:
        raise ValueError(f"A GSTIN begins with the code of a state; {value[:2]} is none.")
    if value[-1] != check_character(value[:-1]):
        raise ValueError("This GSTIN is mistyped: its last character does not fit the others.")
    return value


def check_character(number: str) -> str:
    """What a GSTIN ends with: Luhn's algorithm over 36 digits, from the left, every second digit doubled."""
    doubled = [DIGITS.index(digit) * (1 + place % 2) for place, digit in enumerate(number)]
    return DIGITS[-sum(each // 36 + each % 36 for each in doubled) % 36]


def state(value: str) -> str:
    """The code of a place that is named by it or by its name."""
    named = {name.casefold(): code for code, name in PLACES.items()}
    code = value if value in PLACES else named.get(" ".join(value.casefold().replace("&", "and").split()))
    if code is None:
        raise ValueError("This is not a state of India; send its two digits or its name, and 96 for outside India.")
    return code


def place_of_supply(seller: str, buyer: str) -> str:
    """The code of the state where a course is supplied (IGST Act, section 12(2)).

    That is where the buyer is, as their registration or their address on record says, else where the seller is;
    both are given as codes, and the buyer's is empty where nothing is on record.
    """
    return buyer or seller


def within_a_state(seller: str, place: str) -> bool:
    """Whether central and state tax fall due in halves, not integrated tax (IGST Act, sections 7(3) and 8(2))."""
    return seller == place


def shown(place: str | None) -> str:
    """A place as documents name it, with its code (CGST Rules, rule 46(e), (f), (n)); nothing where it is unknown."""
    if place not in PLACES:
        return ""
    return PLACES[place] if place == ABROAD else f"{PLACES[place]} ({place})"
