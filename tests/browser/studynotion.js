// What frontends of the StudyNotion family do, without React, in one of two dialects:
// `studynotion.html?api=http://localhost:4000/studynotion/api/v1&dialect=A`. Each function reads an answer where that
// branch reads it, and shows what its page shows: what is missing fails as it fails there.
"use strict";

const params = new URLSearchParams(location.search);
const BASE = params.get("api");
const A = params.get("dialect") === "A";
const HEADER = A ? "Authorisation" : "Authorization";
const find = (id) => document.getElementById(id);
const video = find("video");

const signedIn = () => ({ [HEADER]: `Bearer ${JSON.parse(localStorage.getItem("token"))}` });
const user = () => JSON.parse(localStorage.getItem("user"));

// As axios does it: JSON both ways, no cookies, and what is no success is thrown.
async function connector(method, path, body, headers = {}) {
  if (body && !(body instanceof FormData)) {
    headers = { ...headers, "Content-Type": "application/json" };
    body = JSON.stringify(body);
  }
  const response = await fetch(BASE + path, { method, headers, body, credentials: "omit" });
  const data = await response.json();
  if (!response.ok || !data.success) {
    find("toasts").textContent += `${data.message}\n`;
    throw new Error(data.message);
  }
  return data;
}

// The sentence that is shown when something is refused.
async function toastOf(promise) {
  return promise.then(() => null, (error) => error.message);
}

function form(fields) {
  const made = new FormData();
  for (const [name, value] of Object.entries(fields)) made.append(name, value);
  return made;
}

function picture(text) {
  const pen = find("drawing").getContext("2d");
  pen.fillStyle = "teal";
  pen.fillRect(0, 0, 320, 180);
  pen.fillStyle = "white";
  pen.font = "24px sans-serif";
  pen.fillText(text, 16, 96);
  return new Promise((done) => find("drawing").toBlob(done, "image/png"));
}

// Signing up and in.

const sendOtp = (email) => connector("POST", "/auth/sendotp", { email, checkUserPresent: true });

const signUp = (email, password, accountType, otp) =>
  connector("POST", "/auth/signup", {
    accountType,
    firstName: "Asha",
    lastName: "Rao",
    email,
    password,
    confirmPassword: password,
    otp,
  });

async function logIn(email, password) {
  const answer = await connector("POST", "/auth/login", { email, password });
  localStorage.setItem("token", JSON.stringify(answer.token));
  localStorage.setItem("user", JSON.stringify(answer.user));
  find("who").textContent = `${answer.user.firstName} ${answer.user.lastName}, ${answer.user.accountType}`;
  return answer.user.additionalDetails.dateOfBirth;
}

// What everyone sees.

async function menu() {
  const { data } = await connector("GET", "/course/showAllCategories");
  const shown = data.filter((category) => category.courses.length > 0);
  find("menu").replaceChildren(...shown.map((category) => new Text(`${category.name} `)));
  return shown.map((category) => category._id);
}

async function catalogue(categoryId) {
  const answer = await connector("POST", "/course/getCategoryPageDetails", { categoryId });
  const found = A ? answer.selectedCourses : answer.data.selectedCategory.courses;
  find("page").replaceChildren(...found.map(card));
  return found.map((course) => ({ id: course._id, name: course.courseName, price: course.price }));
}

function card(course) {
  const { ratingAndReviews: reviews } = course;
  const mean = reviews.reduce((sum, each) => sum + each.rating, 0) / (reviews.length || 1);
  const author = `${course.instructor.firstName} ${course.instructor.lastName}`;
  const line = document.createElement("p");
  line.textContent = `${course.courseName.slice(0, 60)} · ${author} · ${mean.toFixed(1)} (${reviews.length}) · ₹${course.price}`;
  return line;
}

async function coursePage(courseId) {
  const { data } = await connector("POST", "/course/getCourseDetails", { courseId });
  const course = A ? data[0] : data.courseDetails;
  const instructions = A ? JSON.parse(course.instructions) : course.instructions;
  const tags = A ? JSON.parse(course.tag) : course.tag;
  const lessons = course.courseContent.flatMap((section) => section.subSection);
  find("page").textContent = [
    course.courseName,
    course.courseDescription.split("\n")[0],
    course.whatYouWillLearn.slice(0, 80),
    ...instructions.map((each) => `- ${each}`),
    ...tags,
    ...course.ratingAndReviews.map((each) => `${each.user.firstName}: ${each.rating.toFixed(1)} ${each.review}`),
    `${course.studentsEnrolled.length} learners, since ${new Date(course.createdAt).getFullYear()}`,
  ].join("\n");
  return {
    mine: Boolean(user() && course.studentsEnrolled.includes(user()._id)),
    videos: lessons.filter((lesson) => lesson.videoUrl).length,
    about: course.instructor.additionalDetails.about,
    since: new Date(course.createdAt).getFullYear(),
  };
}

// Buying, in the order in which they do it: the receipt is asked for before the payment is verified.

function loadScript(src) {
  const script = Object.assign(document.createElement("script"), { src });
  const loaded = new Promise((done, failed) => Object.assign(script, { onload: done, onerror: failed }));
  document.body.append(script);
  return loaded;
}

async function buyCourse(courses, key) {
  await loadScript("https://checkout.razorpay.com/v1/checkout.js");
  const answer = await connector("POST", "/payment/capturePayment", { courses }, signedIn());
  const order = A ? { id: answer.orderId, amount: answer.amount, currency: answer.currency } : answer.message;
  window.bought = null;
  const handler = async (response) => {
    const about = { orderId: order.id, paymentId: response.razorpay_payment_id, amount: order.amount };
    await connector("POST", "/payment/sendPaymentSuccessEmail", about, signedIn());
    await connector("POST", "/payment/verifyPayment", { ...response, courses }, signedIn());
    window.bought = courses;
  };
  const { firstName, email } = user();
  const prefill = { name: firstName, email };
  const options = { key, currency: order.currency, amount: `${order.amount}`, order_id: order.id, prefill, handler };
  new Razorpay({ ...options, name: "StudyNotion", description: "Thank you for purchasing the course" }).open();
}

// Learning.

async function myCourses() {
  const { data } = await connector("GET", "/profile/getEnrolledCourses", null, signedIn());
  const courses = A ? data.courses : data;
  return courses.map((course) => {
    const first = course.courseContent[0].subSection[0];
    const done = A
      ? data.courseProgress.find((each) => each.courseID === course._id).completedVideos.length
      : course.progressPercentage;
    return { id: course._id, first: A ? first : first._id, done };
  });
}

async function viewCourse(courseId) {
  const { data } = await connector("POST", "/course/getFullCourseDetails", { courseId }, signedIn());
  const lessons = data.courseDetails.courseContent.flatMap((section) => section.subSection);
  return { lessons: lessons.map(({ _id, videoUrl }) => ({ _id, videoUrl })), completed: data.completedVideos };
}

function watch(address) {
  video.src = address;
  video.muted = true;
  return video.play();
}

async function completeLecture(courseId, subSectionId) {
  const sent = A ? { courseId, subSectionId, userId: user()._id } : { courseId, subsectionId: subSectionId };
  const { message } = await connector("POST", "/course/updateCourseProgress", sent, signedIn());
  if (!message) throw new Error("no message");
}

const rate = (courseId, rating, review) =>
  connector("POST", "/course/createRating", { courseId, rating, review }, signedIn());

// The own page.

async function updateProfile(fields) {
  const untouched = { firstName: "", lastName: "", dateOfBirth: "", gender: "", contactNumber: "", about: "" };
  const sent = A ? { ...untouched, ...fields } : { ...user(), ...fields };
  await connector("PUT", "/profile/updateProfile", sent, signedIn());
  const { data } = await connector("GET", "/profile/getUserDetails", null, signedIn());
  localStorage.setItem("user", JSON.stringify(data));
  return data.additionalDetails.about;
}

async function updatePicture() {
  const sent = form({ [A ? "pfp" : "displayPicture"]: await picture("me") });
  const { data } = await connector("PUT", "/profile/updateDisplayPicture", sent, signedIn());
  return data.image;
}

async function changePassword(oldPassword, newPassword) {
  const again = A ? { confirmNewPassword: newPassword } : {};
  await connector("POST", "/auth/changepassword", { oldPassword, newPassword, ...again }, signedIn());
}

const deleteProfile = () => connector("DELETE", "/profile/deleteProfile", null, signedIn());

// Teaching.

async function createCourse(fields) {
  const sent = {
    ...fields,
    tag: JSON.stringify(["paper", "thread"]),
    instructions: JSON.stringify(["A table", "Two hands"]),
    status: "Draft",
    thumbnailImage: await picture(fields.courseName),
  };
  const { data } = await connector("POST", "/course/createCourse", form(sent), signedIn());
  if (data.courseContent.length) throw new Error("a new course is empty");
  return data._id;
}

async function addSection(courseId, sectionName) {
  const { updatedCourse } = await connector("POST", "/course/addSection", { courseId, sectionName }, signedIn());
  return updatedCourse.courseContent.at(-1)._id;
}

// The chosen file becomes a lesson; what comes back takes the place of what the builder has.
async function addLesson(courseId, sectionId, title) {
  const file = find("file").files[0];
  const sent = A ? { courseId, sectionId, title, videoFile: file } : { sectionId, title, video: file };
  const { data } = await connector("POST", "/course/addSubSection", form({ description: "How", ...sent }), signedIn());
  const section = A ? data.courseContent.find((each) => each._id === sectionId) : data;
  return section.subSection.at(-1);
}

async function editCourse(courseId, fields) {
  const { data } = await connector("POST", "/course/editCourse", form({ courseId, ...fields }), signedIn());
  return data;
}

// The editor of one branch sends back what it was given, with one more in the list.
async function editInstructions(courseId, more) {
  const { data } = await connector("POST", "/course/getFullCourseDetails", { courseId }, signedIn());
  const given = data.courseDetails.instructions;
  const edited = await editCourse(courseId, { instructions: JSON.stringify([...given, more]) });
  return A ? JSON.parse(edited.instructions) : edited.instructions;
}

async function publish(courseId, categoryId) {
  const sent = form({ courseId, status: "Published" });
  const answer = await connector("POST", "/course/editCourse", sent, signedIn());
  if (A) await connector("POST", "/course/addCourseToCategory", { categoryId, courseId }, signedIn());
  return [answer.data.status, answer.message];
}

async function taught() {
  const { data } = await connector("GET", "/course/getInstructorCourses", null, signedIn());
  return data.map((course) => [course._id, course.status, course.studentsEnrolled.length]);
}

async function dashboard() {
  const path = A ? "/profile/getInstructorDashboardDetails" : "/profile/instructorDashboard";
  const answer = await connector("GET", path, null, signedIn());
  const [courses, students, revenue] = A
    ? [answer.data, "totalStudents", "totalRevenue"]
    : [answer.courses, "totalStudentsEnrolled", "totalAmountGenerated"];
  return [courses.reduce((sum, each) => sum + each[students], 0), courses.reduce((sum, each) => sum + each[revenue], 0)];
}

const deleteCourse = (courseId) => connector("DELETE", "/course/deleteCourse", { courseId }, signedIn());
