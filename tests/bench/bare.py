"""The ceiling: Flask and nothing else, returning ready bytes, or one document read from MongoDB."""

import os

import orjson
import pymongo
from bson import ObjectId
from flask import Flask, Response

app = Flask(__name__)
users = pymongo.MongoClient(os.environ["MONGODB_URL"], connect=False).get_default_database("lms").users
user_id = ObjectId(os.environ["BENCH_USER"])


@app.get("/bytes/<int:size>")
def ready_bytes(size: int) -> Response:
    return Response(b"x" * size, mimetype="application/json")


@app.get("/find_one")
def find_one() -> Response:
    return Response(orjson.dumps(users.find_one({"_id": user_id}), default=str), mimetype="application/json")
