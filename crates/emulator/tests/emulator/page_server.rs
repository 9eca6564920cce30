//! The page over http: what the address serves, to whom, and where it listens.

use emulator::Emulator;
use reqwest::{Method, StatusCode};

/// An emulator with the page, its address, and a client.
async fn start() -> (Emulator, String, reqwest::Client) {
    let emulator = Emulator::builder().page("127.0.0.1:0").start().await.expect("an emulator");
    let page = emulator.page.clone().expect("the page's URL");
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    (emulator, page.trim_end_matches('/').to_owned(), client)
}

#[tokio::test]
async fn the_address_serves_the_page_and_nothing_else() {
    let (emulator, page, client) = start().await;
    assert!(page.starts_with("http://127.0.0.1:"), "{page}");
    let send = async |method: Method, path: &str| {
        client.request(method, format!("{page}{path}")).send().await.expect("an answer")
    };
    for path in ["", "/", "/_emulator", "/_emulator/", "/?x=1"] {
        let answer = send(Method::GET, path).await;
        assert_eq!(answer.status(), 200, "{path}");
        assert_eq!(answer.headers()["content-type"], "text/html; charset=utf-8", "{path}");
        assert!(answer.headers().contains_key("content-security-policy"), "{path}");
        assert!(answer.text().await.expect("a page").contains("airef-hub"), "{path}");
    }
    let group = emulator.group_id();
    let token = format!("/{}/oauth2/v2.0/token", emulator.tenant);
    let metadata = "/metadata/endpoints?api-version=2022-09-01";
    let control = ["/_emulator/dump", "/_emulator/log", "/_emulator/put"];
    for path in [&group, &token, metadata, "/subscriptions"].into_iter().chain(control) {
        for method in [Method::GET, Method::POST, Method::PUT] {
            assert_eq!(send(method, path).await.status(), 404, "{path}");
        }
    }
    for method in [Method::POST, Method::PUT, Method::DELETE, Method::PATCH, Method::HEAD] {
        for path in ["/", "/_emulator"] {
            let answer = send(method.clone(), path).await;
            assert_eq!(answer.status(), StatusCode::METHOD_NOT_ALLOWED, "{method} {path}");
            assert_eq!(answer.headers()["allow"], "GET");
        }
    }
    assert_eq!(emulator.requests().len(), 0, "the page's requests are not in the log");
}

#[tokio::test]
async fn pages_of_other_origins_are_refused() {
    let (_emulator, page, client) = start().await;
    let own = page.trim_start_matches("http://").to_owned();
    for (name, value, status) in [
        ("host", "evil.example", 403),
        ("host", "localhost.evil.example:80", 403),
        ("origin", "https://evil.example", 403),
        ("origin", "null", 403),
        ("origin", &format!("https://{own}"), 403),
        ("origin", &page, 200),
        ("host", "localhost", 200),
        ("host", "[::1]:80", 200),
    ] {
        let answer = client.get(&page).header(name, value).send().await.expect("an answer");
        assert_eq!(answer.status(), status, "{name}: {value}");
        assert!(!answer.headers().contains_key("access-control-allow-origin"));
    }
}

#[tokio::test]
async fn an_address_that_others_reach_or_that_is_taken_is_refused() {
    let (_emulator, page, _client) = start().await;
    let taken = page.trim_start_matches("http://").to_owned();
    for (address, says) in [
        ("0.0.0.0:0", "is not a loopback address"),
        ("[::]:0", "is not a loopback address"),
        ("192.0.2.1:80", "is not a loopback address"),
        ("8080", "Give a free address such as 127.0.0.1:8080"),
        (&taken, "Give a free address such as 127.0.0.1:8080"),
    ] {
        let started = Emulator::builder().page(address).start().await;
        let error = started.err().expect("an error").to_string();
        let begins = format!("The page cannot be served at {address}");
        assert!(error.starts_with(&begins) && error.contains(says), "{error}");
    }
}

#[tokio::test]
async fn the_page_ends_with_the_emulator() {
    let (emulator, page, client) = start().await;
    assert_eq!(emulator.facts()["page"], format!("{page}/"));
    emulator.stop().await.expect("an end");
    assert!(client.get(&page).send().await.is_err());
    let without = Emulator::builder().start().await.expect("an emulator");
    assert!(without.facts()["page"].is_null());
}
