// Opens a database with the models of StudyNotion's server and does what its controllers do:
// node open.mjs <mongodb address> <e-mail> <password>. What it found is printed as JSON.

import bcrypt from "bcryptjs";
import mongoose from "mongoose";
import * as models from "./models.mjs";

const { User, Category, Course, CourseProgress, RatingAndReview } = models;
const [address, email, password] = process.argv.slice(2);

mongoose.set("strictQuery", true);
await mongoose.connect(address);
const found = { invalid: [], unknown: {}, counts: {} };

for (const Model of Object.values(models)) {
  found.counts[Model.collection.name] = await Model.countDocuments();
  for await (const document of Model.find().cursor()) {
    const fault = document.validateSync();
    if (fault) found.invalid.push(`${Model.modelName} ${document._id}: ${fault.message}`);
    for (const field of Object.keys(document._doc)) {
      if (!Model.schema.path(field)) found.unknown[`${Model.modelName}.${field}`] = true;
    }
  }
}

// login
const user = await User.findOne({ email }).populate("additionalDetails").exec();
found.signsIn = await bcrypt.compare(password, user.password);
found.refusesOthers = !(await bcrypt.compare(`${password}x`, user.password));
found.profile = user.additionalDetails._id.toString() !== "";

// getCategoryPageDetails
const categories = await Category.find({})
  .populate({ path: "courses", match: { status: "Published" }, populate: ["ratingAndReviews", "instructor"] })
  .exec();
found.onSale = categories.flatMap((category) => category.courses.map((course) => course._id.toString())).sort();
found.withoutInstructor = categories.flatMap((category) => category.courses.filter((course) => !course.instructor)).length;

// getCourseDetails
const courses = await Course.find({})
  .populate({ path: "instructor", populate: { path: "additionalDetails" } })
  .populate("category")
  .populate("ratingAndReviews")
  .populate({ path: "courseContent", populate: { path: "subSection" } })
  .exec();
found.lessons = courses.flatMap((course) => course.courseContent.flatMap((section) => section.subSection)).length;
found.dangling = courses.filter(
  (course) => !course.instructor?.additionalDetails || course.courseContent.includes(null),
).length;

// getEnrolledCourses
found.percentages = {};
const learner = await User.findOne({ email })
  .populate({ path: "courses", populate: { path: "courseContent", populate: { path: "subSection" } } })
  .exec();
for (const course of learner.courses) {
  const progress = await CourseProgress.findOne({ courseID: course._id, userID: learner._id });
  const all = course.courseContent.flatMap((section) => section.subSection).length;
  found.percentages[course._id] = [progress?.completedVideos.length ?? null, all];
}

// getAllRatingReview
const reviews = await RatingAndReview.find({})
  .sort({ rating: "desc" })
  .populate({ path: "user", select: "firstName lastName email image" })
  .populate({ path: "course", select: "courseName" })
  .exec();
found.reviews = reviews.filter((review) => review.user && review.course).length;

// markLectureAsComplete
const [courseID] = Object.keys(found.percentages);
const open = await CourseProgress.findOne({ courseID, userID: learner._id });
open.completedVideos.push(new mongoose.Types.ObjectId());
await open.save();
learner.markModified("firstName");
await learner.save();
found.saved = (await CourseProgress.findById(open._id)).completedVideos.length === open.completedVideos.length;

await mongoose.disconnect();
console.log(JSON.stringify(found));
