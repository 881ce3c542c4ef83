"""The people of the demo data: who they are, when they came, what they say of themselves."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from lms.demo.ids import Kind, demo_id
from lms.demo.texts import slug
from lms.models.accounts.users import Role
from lms.models.system.finding import findable

INSTRUCTORS_A_SCALE = 12
STUDENTS_A_SCALE = 200


def _names(text: str) -> list[str]:
    return text.split()


WOMEN = _names(
    """Aadhya Aditi Aisha Ananya Anjali Bhavna Deepika Divya Fatima Gauri Harini Isha Jyoti Kavya
    Lakshmi Meera Nandini Neha Pooja Priya Radhika Revathi Riya Sana Shreya Simran Sneha Tanvi Vidya Zoya"""
)
MEN = _names(
    """Abhishek Aditya Akash Amit Arjun Bilal Chetan Dev Farhan Gaurav Harish Imran Jai Karthik
    Kunal Manish Mohit Nikhil Pranav Rahul Rajesh Rohan Sameer Sanjay Siddharth Suresh Tarun Varun Vikram Yash"""
)
FAMILIES = _names(
    """Agarwal Ahmed Banerjee Bhat Bose Chatterjee Chauhan Das Deshmukh Dubey Fernandes Ganguly
    Gill Gowda Gupta Iyer Jain Jha Joshi Kapoor Kaur Khan Kulkarni Kumar Malhotra Mehta Menon Mishra Mukherjee
    Nair Naidu Pandey Patel Pillai Prasad Qureshi Rajan Reddy Saxena Sen Shah Sharma Shetty Singh Sinha
    Subramanian Thakur Tiwari Varma Yadav"""
)
WOMEN_ABROAD = _names("Amara Beatriz Camille Chloe Elena Emma Freya Grace Hana Ingrid Leila Maya Nora Sofia Wanjiru")
MEN_ABROAD = _names("Ahmad Ben Carlos Daniel Emeka Felix Hugo Jonas Kenji Luca Mateo Omar Pavel Tom Wei")
FAMILIES_ABROAD = _names(
    """Adeyemi Andersson Bauer Chen Costa Dubois Garcia Haddad Jensen Kamau Kim Kowalski
    Lopez Martin Meyer Moreau Murphy Nakamura Novak Okafor Perera Rossi Santos Schmidt Silva Smith Tanaka Taylor
    Wilson Zhang"""
)

HOMELY = (WOMEN, MEN, FAMILIES)
ABROAD = (WOMEN_ABROAD, MEN_ABROAD, FAMILIES_ABROAD)

STUDENT_BIOS = (
    "Second-year student of commerce, learning on the train.",
    "Software tester who would like to build things too.",
    "Back to studying after eight years at home.",
    "Civil engineer by day, curious about everything else.",
    "Runs a small boutique and wants to sell online.",
    "Preparing for interviews. Wish me luck!",
    "Retired teacher. It is never too late.",
    "Nurse working shifts, so I study at odd hours.",
    "I collect certificates and houseplants.",
    "School teacher looking for better ways to explain.",
)


@dataclass(frozen=True)
class Instructor:
    """One of the twelve who teach the catalogue; `category` is a slug."""

    first_name: str
    last_name: str
    category: str
    bio: str


INSTRUCTORS = (
    Instructor("Ananya", "Raghunathan", "web-development", "Front-end developer for fourteen years, first at a travel "
               "start-up and then at a newspaper. Teaches what survived contact with real users."),
    Instructor("Marcus", "Lindqvist", "web-development", "Builds and repairs web back ends, mostly at night. Wrote "
               "his first Flask service when it was still an April joke."),
    Instructor("Ishaan", "Bhattacharya", "data-science", "Data scientist in public health, earlier with the railways. "
               "Believes that a clear table beats a clever model."),
    Instructor("Sunita", "Wadhwa", "data-science", "Taught statistics at a university in Jaipur for ten years and now "
               "trains analysts in banks. Explains in Hindi and English."),
    Instructor("Leela", "Krishnamurthy", "design", "Product designer and type enthusiast. Has shipped apps in nine "
               "languages and kept a sketchbook through all of them."),
    Instructor("Rustom", "Daruwala", "business-and-finance", "Chartered accountant from Mumbai who prefers shop "
               "floors to boardrooms. Advises family firms on money and succession."),
    Instructor("Claire", "Oduya", "business-and-finance", "Led teams in logistics for twenty years on three "
               "continents. Coaches new managers and keeps the scripts short."),
    Instructor("Tanmay", "Ghoshal", "marketing", "Ran campaigns for snack brands, hospitals and one very patient pump "
               "maker. Reads the report before the brief."),
    Instructor("Yuki", "Balasubramaniam", "languages", "Grew up between Kobe and Madurai with four languages at the "
               "dinner table. Examiner and textbook author."),
    Instructor("Vivek", "Tendulwar", "programming-and-cloud", "Engineer on large systems, on call since 2009. "
               "Teaches beginners every summer to stay honest."),
    Instructor("Nadia", "Petrosyan", "programming-and-cloud", "Compiler developer who came to teaching by way of "
               "code review. Patient with people, strict with types."),
    Instructor("Shalini", "Vaidyanathan", "health-and-wellbeing", "Physiotherapist and yoga teacher in Bengaluru. "
               "Works with people who think they cannot bend."),
)  # fmt: skip


@dataclass(frozen=True)
class Person:
    first_name: str
    last_name: str
    gender: str
    email: str


def person(number: int, domain: str) -> Person:
    """The person with this number; every fourth comes from abroad, and no two share an address at one domain."""
    women, men, families = ABROAD if number % 4 == 3 else HOMELY
    place = number // 4 if number % 4 == 3 else number // 4 * 3 + number % 4
    names = women + men
    namesakes, place = divmod(place, len(names) * len(families))
    # A step without a common factor visits every pair of names once, and neighbours get different families.
    place = place * 1777 % (len(names) * len(families))
    first, last = names[place % len(names)], families[place // len(names)]
    email = f"{slug(first)}.{slug(last)}{namesakes + 1 if namesakes else ''}@{domain}"
    return Person(first, last, "Female" if first in women else "Male", email)


def joined_at(number: int, midnight: datetime) -> datetime:
    """When the student with this number signed up, in the last two years: the nearer the more."""
    share = number * 7919 % 10_007 / 10_007
    return midnight - timedelta(hours=3, seconds=int(700 * 86_400 * share**1.4))


def students(scale: int, midnight: datetime, password_hash: str) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """The user and the profile of every student; the first is `student@example.com`."""
    for number in range(STUDENTS_A_SCALE * scale):
        each = person(number, "example.com")
        email = each.email if number else "student@example.com"
        joined = joined_at(number, midnight)
        user = account("student", number, each.first_name, each.last_name, email, joined, password_hash)
        yield user, profile_of(user, number, STUDENT_BIOS[number % 10] if number % 3 == 0 else None, each.gender)


def instructors(scale: int, midnight: datetime, password_hash: str) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """The user and the profile of every instructor; the first is `instructor@example.com`."""
    for number in range(INSTRUCTORS_A_SCALE * scale):
        known = INSTRUCTORS[number % INSTRUCTORS_A_SCALE]
        first, last = known.first_name, known.last_name
        if number >= INSTRUCTORS_A_SCALE:
            other = person(number, "example.org")
            first, last, email = other.first_name, other.last_name, other.email
        else:
            email = f"{slug(first)}.{slug(last)}@example.org" if number else "instructor@example.com"
        joined = midnight - timedelta(days=900 + number * 37 % 200, seconds=number * 7919 % 86_400)
        user = account("instructor", number, first, last, email, joined, password_hash)
        yield user, profile_of(user, 1_000_000 + number, known.bio, None)


def admin(midnight: datetime, password_hash: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The user and the profile of `admin@example.com`."""
    joined = midnight - timedelta(days=1200)
    user = account("admin", 0, "Asha", "Menon", "admin@example.com", joined, password_hash)
    return user, profile_of(user, 2_000_000, None, None)


def account(
    kind: Role, number: int, first_name: str, last_name: str, email: str, joined: datetime, password_hash: str
) -> dict[str, Any]:
    """The user of this number among those of their kind."""
    id_kind: Kind = kind
    return {
        "_id": demo_id(id_kind, number),
        "firstName": first_name,
        "lastName": last_name,
        "email": email,
        **findable(first_name, last_name, email),
        "passwordHash": password_hash,
        "credentialsChangedAt": joined,
        "role": kind,
        "status": "active",
        "image": None,
        "emailVerifiedAt": joined + timedelta(minutes=3),
        "createdAt": joined,
        "updatedAt": joined + timedelta(minutes=3),
    }


def profile_of(user: dict[str, Any], number: int, bio: str | None, gender: str | None) -> dict[str, Any]:
    draw = random.Random(number)
    born = datetime(1960, 1, 1) + timedelta(days=draw.randrange(16_000))
    return {
        "_id": demo_id("profile", number),
        "user": user["_id"],
        "bio": bio,
        "gender": gender if draw.random() < 0.6 else None,
        "dateOfBirth": born.date().isoformat() if draw.random() < 0.5 else None,
        "contactNumber": f"+91 90000 {draw.randrange(100_000):05}" if draw.random() < 0.3 else None,
    }
