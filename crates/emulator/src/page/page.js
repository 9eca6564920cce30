"use strict";
// Asks for a newer page over and over; the server answers as soon as there is one.
let mark = "";
async function refresh() {
  try {
    const answer = await fetch("/_emulator", {
      headers: { "Accept": "text/html", "If-None-Match": mark },
      cache: "no-store",
    });
    document.documentElement.classList.remove("lost");
    if (answer.status === 200) {
      mark = answer.headers.get("ETag");
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const name of ["header", "main"]) {
        document.querySelector(name).replaceWith(page.querySelector(name));
      }
    }
  } catch {
    document.documentElement.classList.add("lost");
  }
  setTimeout(refresh, 300);
}
refresh();
