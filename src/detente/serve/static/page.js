// A page in which a job is followed: what the server sends takes the place of what stands there.
for (const place of document.querySelectorAll("[data-follow]")) {
  const stream = new EventSource(place.dataset.follow);
  stream.onmessage = ({ data }) => { place.innerHTML = JSON.parse(data); };
  stream.addEventListener("over", ({ data }) => { stream.close(); location.assign(JSON.parse(data)); });
}
