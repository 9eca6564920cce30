"use strict";
// Asks for a newer page in a loop. The server answers as soon as there is one.
let mark = "";

// Puts the parts that have changed in place, and keeps the focus and the scrolled boxes.
function show(page) {
  for (const name of ["header", "main > section"]) {
    const found = [...document.querySelectorAll(name)];
    const newer = [...page.querySelectorAll(name)];
    found.forEach((old, index) => {
      const next = newer[index];
      if (old.outerHTML === next.outerHTML) return;
      const focused = old.contains(document.activeElement) ? document.activeElement.id : "";
      const boxes = [...old.querySelectorAll(".scroll")].map((box) => [box.id, box.scrollLeft]);
      old.replaceWith(next);
      for (const [id, left] of boxes) {
        const box = document.getElementById(id);
        if (box) box.scrollLeft = left;
      }
      if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
    });
  }
}

async function refresh() {
  let isLost = false;
  try {
    const answer = await fetch("/_emulator", {
      headers: { "Accept": "text/html", "If-None-Match": mark },
      cache: "no-store",
    });
    if (answer.status === 200) {
      mark = answer.headers.get("ETag");
      show(new DOMParser().parseFromString(await answer.text(), "text/html"));
    }
  } catch {
    isLost = true;
  }
  document.documentElement.classList.toggle("lost", isLost);
  const words = isLost ? "The emulator does not answer. The page shows its last state." : "";
  const status = document.getElementById("status");
  if (status.textContent !== words) status.textContent = words;
  setTimeout(refresh, 300);
}
refresh();
