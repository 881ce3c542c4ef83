// What a React frontend does, without React. `page.html?api=http://localhost:4000/api/v1` says whom to talk to.
"use strict";

const API = new URLSearchParams(location.search).get("api");
const MOST_MILLISECONDS = 40_000;
const MOST_RENEWALS = 3;
const SIGN_AGAIN_MILLISECONDS = 5 * 60_000;
const find = (id) => document.getElementById(id);
const video = find("video");
const sent = find("sent");

let token = null;

function say(text) {
  find("log").textContent += `${text}\n`;
}

// Ask the API; an answer is its JSON with its status.
async function call(method, path, body) {
  const headers = token ? { Authorization: `Bearer ${token}` } : {};
  if (body && !(body instanceof FormData)) {
    headers["Content-Type"] = "application/json";
    body = JSON.stringify(body);
  }
  const answer = await fetch(API + path, { method, headers, body, signal: AbortSignal.timeout(MOST_MILLISECONDS) });
  say(`${answer.status} ${method} ${path}`);
  return { status: answer.status, ...(await answer.json()) };
}

async function signIn(email, password) {
  const answer = await call("POST", "/auth/login", { email, password });
  token = answer.token;
  find("who").textContent = `${answer.user.name}, ${answer.user.role}`;
}

// Writing a course.

async function createCourse(fields) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) {
    for (const each of [value].flat()) form.append(name, each);
  }
  form.append("thumbnail", await drawThumbnail(fields.title), "thumbnail.png");
  return call("POST", "/courses/createCourse", form);
}

function drawThumbnail(title) {
  const canvas = find("drawing");
  const pen = canvas.getContext("2d");
  pen.fillStyle = "teal";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.fillStyle = "white";
  pen.font = "24px sans-serif";
  pen.fillText(title, 16, 96);
  return new Promise((done) => canvas.toBlob(done, "image/png"));
}

// Upload the chosen file straight to the store, and give the id it has there.
async function uploadChosenFile() {
  const file = find("file").files[0];
  const asked = { kind: "video", filename: file.name, bytes: file.size };
  let { data: place } = await call("POST", "/courses/uploadSignature", asked);
  const uploadId = crypto.randomUUID();
  for (let first = 0; first < file.size; first += place.chunkBytes) {
    if (Date.parse(place.expiresAt) - Date.now() < SIGN_AGAIN_MILLISECONDS) {
      ({ data: place } = await call("POST", "/courses/uploadSignature", { ...asked, publicId: place.publicId }));
    }
    await uploadChunk(file, place, first, Math.min(first + place.chunkBytes, file.size), uploadId);
  }
  return place.publicId;
}

function uploadChunk(file, place, first, end, uploadId) {
  const form = new FormData();
  for (const [name, value] of Object.entries(place.fields)) form.append(name, value);
  form.append("file", file.slice(first, end), file.name);
  const request = new XMLHttpRequest();
  request.open("POST", place.uploadUrl);
  if (file.size > place.chunkBytes) {
    request.setRequestHeader("X-Unique-Upload-Id", uploadId);
    request.setRequestHeader("Content-Range", `bytes ${first}-${end - 1}/${file.size}`);
  }
  request.timeout = MOST_MILLISECONDS;
  request.upload.onprogress = (event) => (sent.value = (first + (end - first) * (event.loaded / event.total)) / file.size);
  return new Promise((done, failed) => {
    request.onload = () => {
      say(`${request.status} of the store for ${first}-${end - 1}/${file.size}`);
      request.status === 200 ? done() : failed(new Error(request.responseText));
    };
    request.onerror = request.ontimeout = () => failed(new Error("The store does not answer."));
    request.send(form);
  });
}

// Watching a lesson. The address outlives pauses; when it has ended all the same, as with another sign-in or a third
// playback, the player reports an error (at once, for it is `crossorigin`), and the page asks for another and goes on.

let lesson = null;
let position = 0;
let renewals = 0;

async function watch(lessonId, at = 0) {
  lesson = lessonId;
  const answer = await call("GET", `/courses/playback/${lesson}`);
  video.src = answer.data.url;
  video.currentTime = at;
  await video.play();
}

function renew() {
  renewals += 1;
  if (renewals <= MOST_RENEWALS) watch(lesson, position);
}

for (const name of ["playing", "pause", "seeking", "seeked", "error"]) {
  video.addEventListener(name, () => say(`${name} at ${video.currentTime.toFixed(1)} s`));
}
for (const name of ["timeupdate", "seeking"]) {
  video.addEventListener(name, () => (position = video.error ? position : video.currentTime));
}
video.addEventListener("error", renew);

// The status at an address, of which only the beginning is wanted, and where it led to.
async function peek(address) {
  const headers = { Range: "bytes=0-99" };
  const answer = await fetch(address, { headers, cache: "no-store", signal: AbortSignal.timeout(MOST_MILLISECONDS) });
  return { status: answer.status, address: answer.url };
}
