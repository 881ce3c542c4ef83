// The eight models of StudyNotion's server, as its own files have them.

import mongoose from "mongoose";

const { ObjectId } = mongoose.Schema.Types;
const to = (model) => ({ type: ObjectId, ref: model });

const profile = new mongoose.Schema({
  gender: { type: String },
  dateOfBirth: { type: String },
  about: { type: String, trim: true },
  contactNumber: { type: Number, trim: true },
});

const user = new mongoose.Schema(
  {
    firstName: { type: String, required: true, trim: true },
    lastName: { type: String, required: true, trim: true },
    email: { type: String, required: true, trim: true },
    password: { type: String, required: true },
    accountType: { type: String, enum: ["Admin", "Student", "Instructor"], required: true },
    active: { type: Boolean, default: true },
    approved: { type: Boolean, default: true },
    additionalDetails: { ...to("Profile"), required: true },
    courses: [to("Course")],
    token: { type: String },
    resetPasswordExpires: { type: Date },
    image: { type: String, required: true },
    courseProgress: [to("courseProgress")],
  },
  { timestamps: true },
);

const category = new mongoose.Schema({
  name: { type: String, required: true },
  description: { type: String },
  courses: [to("Course")],
});

const course = new mongoose.Schema(
  {
    courseName: { type: String },
    courseDescription: { type: String },
    instructor: { ...to("user"), required: true },
    whatYouWillLearn: { type: String },
    courseContent: [to("Section")],
    ratingAndReviews: [to("RatingAndReview")],
    price: { type: Number },
    thumbnail: { type: String },
    tag: { type: [String], required: true },
    category: to("Category"),
    studentsEnrolled: [{ ...to("user"), required: true }],
    instructions: { type: [String] },
    status: { type: String, enum: ["Draft", "Published"] },
  },
  { timestamps: true },
);

const section = new mongoose.Schema({
  sectionName: { type: String },
  subSection: [{ ...to("SubSection"), required: true }],
});

const subSection = new mongoose.Schema({
  title: { type: String },
  timeDuration: { type: String },
  description: { type: String },
  videoUrl: { type: String },
});

const courseProgress = new mongoose.Schema({
  courseID: to("Course"),
  userID: to("user"),
  completedVideos: [to("SubSection")],
});

const ratingAndReview = new mongoose.Schema({
  user: { ...to("user"), required: true },
  rating: { type: Number, required: true },
  review: { type: String, required: true },
  course: { ...to("Course"), required: true, index: true },
});

export const User = mongoose.model("user", user);
export const Profile = mongoose.model("Profile", profile);
export const Category = mongoose.model("Category", category);
export const Course = mongoose.model("Course", course);
export const Section = mongoose.model("Section", section);
export const SubSection = mongoose.model("SubSection", subSection);
export const CourseProgress = mongoose.model("courseProgress", courseProgress);
export const RatingAndReview = mongoose.model("RatingAndReview", ratingAndReview);
