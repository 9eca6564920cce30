//! The page in a real browser: no errors, live, with the keyboard, in both color schemes, and on a
//! narrow screen. Without a browser on the `PATH` each test says on standard error that it has
//! tested nothing.

use emulator::Emulator;
use serde_json::json;

use crate::browser::Browser;
use crate::client::Client;
use crate::picture;

const NOTHING: [&str; 0] = [];

/// Returns the texts whose contrast with what is behind them is below 4.5 to 1 (WCAG 2.2, 1.4.3).
const FAINT: &str = r#"(() => {
  const parse = (color) => {
    const [red, green, blue, alpha = 1] = color.match(/[\d.]+/g).map(Number);
    return alpha > 0 ? [red, green, blue] : null;
  };
  const linear = (part) => part <= 10 ? part / 3294.6 : ((part / 255 + 0.055) / 1.055) ** 2.4;
  const light = (color) => {
    const [red, green, blue] = color.map(linear);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const ground = (elements) => {
    for (const one of elements) {
      const style = getComputedStyle(one);
      const isBox = one.tagName === "rect" && style.fill !== "none";
      const color = isBox ? style.fill : one instanceof SVGElement ? "" : style.backgroundColor;
      if (color && parse(color)) return parse(color);
    }
    return null;
  };
  const faint = [], texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    if (!texts.currentNode.data.trim() || element.closest("script, title, desc, .skip")) continue;
    const range = document.createRange();
    range.selectNodeContents(texts.currentNode);
    const box = range.getBoundingClientRect(), style = getComputedStyle(element);
    const behind = document.elementsFromPoint(box.left + 2, box.top + box.height / 2);
    const back = ground(behind);
    const ink = parse(element instanceof SVGElement ? style.fill : style.color);
    const [high, low] = back ? [light(ink), light(back)].sort((a, b) => b - a) : [0, 0];
    const ratio = (high + 0.05) / (low + 0.05);
    if (ratio < 4.5) faint.push(`${texts.currentNode.data}: ${ratio.toFixed(2)}`);
  }
  return faint;
})()"#;

/// Returns the texts of the picture that leave the smallest box around their beginning.
const TOO_LONG: &str = r#"(() => {
  const boxes = [...document.querySelectorAll('#picture-box rect')].map((one) => one.getBBox());
  const isIn = (box, x, y) =>
    box.x <= x && x <= box.x + box.width && box.y <= y && y <= box.y + box.height;
  return [...document.querySelectorAll('#picture-box text')].filter((text) => {
    const own = text.getBBox();
    const around = boxes.filter((box) => isIn(box, own.x, own.y + own.height / 2));
    const smallest = around.sort((a, b) => a.width * a.height - b.width * b.height)[0];
    return smallest && own.x + own.width > smallest.x + smallest.width;
  }).map((text) => text.textContent);
})()"#;

#[tokio::test(flavor = "multi_thread")]
async fn the_page_follows_the_world_without_errors() {
    let Some(mut browser) = Browser::start() else { return };
    let client = Client::with(Emulator::builder().page("127.0.0.1:0")).await;
    let pages = [client.emulator.control.clone(), client.emulator.page.clone().expect("a page")];
    for (page, name) in pages.iter().zip(["first.example", "second.example"]) {
        browser.open(page);
        assert_eq!(browser.evaluate("document.querySelectorAll('#picture-box svg').length"), 1);
        let zone = client.network(&format!("privateDnsZones/{name}"));
        client.make(&zone, &json!({ "location": "global" })).await;
        for part in ["picture-box", "zones"] {
            let shown = format!("document.getElementById('{part}').textContent.includes('{name}')");
            browser.wait_for(&shown);
        }
    }
    picture::world(&client).await;
    browser.wait_for("document.getElementById('managed').textContent.includes('pypi.org')");
    assert_eq!(browser.problems, NOTHING);
    client.emulator.stop().await.expect("an end");
    browser.wait_for("document.getElementById('status').textContent.includes('does not answer')");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_keyboard_reaches_every_link_and_every_box_that_scrolls() {
    let Some(mut browser) = Browser::start() else { return };
    let client = Client::start().await;
    picture::world(&client).await;
    browser.resize(600, 900);
    browser.open(&client.emulator.control);
    let expected =
        browser.evaluate("[...document.querySelectorAll('a, .scroll')].map((one) => one.id)");
    assert!(expected.as_array().is_some_and(|all| all.len() > 14), "{expected}");
    let mut reached = Vec::new();
    for _ in expected.as_array().into_iter().flatten() {
        browser.press("Tab", 9);
        reached.push(browser.evaluate("document.activeElement.id"));
        let seen = "(() => { const box = document.activeElement.getBoundingClientRect(); \
                    return box.right > 0 && box.bottom > 0; })()";
        assert_eq!(browser.evaluate(seen), true, "{reached:?} is out of sight");
    }
    assert_eq!(json!(reached), expected);

    let scrolled = "document.getElementById('picture-box').scrollLeft > 0";
    browser.evaluate("document.getElementById('picture-box').focus()");
    browser.press("ArrowRight", 39);
    browser.evaluate(&format!(
        "new Promise((done) => {{ const look = () => {scrolled} ? done() : \
         requestAnimationFrame(look); look(); }})"
    ));
    let zone = client.network("privateDnsZones/later.example");
    client.make(&zone, &json!({ "location": "global" })).await;
    let box_text = "document.getElementById('picture-box').textContent";
    browser.wait_for(&format!("{box_text}.includes('later.example')"));
    assert_eq!(browser.evaluate("document.activeElement.id"), "picture-box", "the focus is lost");
    assert_eq!(browser.evaluate(scrolled), true, "the box is scrolled back");
    assert_eq!(browser.problems, NOTHING);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_text_is_legible_in_both_color_schemes() {
    let Some(mut browser) = Browser::start() else { return };
    let client = Client::start().await;
    picture::world(&client).await;
    client.emulator.hold_operations(true);
    client
        .put(&client.network("privateDnsZones/slow.example"), &json!({ "location": "global" }))
        .await;
    browser.resize(1320, 6000);
    let mut grounds = Vec::new();
    for scheme in ["light", "dark"] {
        browser.prefer(scheme);
        browser.open(&client.emulator.control);
        assert_eq!(browser.evaluate(FAINT), json!([]), "{scheme}");
        assert_eq!(browser.evaluate(TOO_LONG), json!([]), "{scheme}");
        grounds.push(browser.evaluate("getComputedStyle(document.body).backgroundColor"));
    }
    assert_ne!(grounds[0], grounds[1], "both schemes look the same");
    assert_eq!(browser.problems, NOTHING);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_narrow_screen_scrolls_boxes_and_not_the_page() {
    let Some(mut browser) = Browser::start() else { return };
    let client = Client::start().await;
    picture::world(&client).await;
    for width in [600, 320] {
        browser.resize(width, 900);
        browser.open(&client.emulator.control);
        let beyond = "(() => { const page = document.documentElement; \
                      return page.scrollWidth - page.clientWidth; })()";
        assert_eq!(browser.evaluate(beyond), 0, "the page is wider than {width} pixels");
        let wider = "(() => { const box = document.getElementById('picture-box'); \
                     return box.scrollWidth > box.clientWidth; })()";
        assert_eq!(browser.evaluate(wider), true, "the picture does not scroll");
    }
    assert_eq!(browser.problems, NOTHING);
}
