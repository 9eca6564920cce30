//! The list cache: a list serves many reads and decides nothing.

use crate::script::{ARM, Answer, PE, World, empty, refuses, says};
use azure::error::{Error, ErrorKind};
use azure::id::ResourceId;
use futures::future::join_all;
use serde_json::{Value as Json, json};
use std::time::Duration;

fn part(name: &str) -> Json {
    json!({"id": format!("{PE}/PARTS/{}", name.to_uppercase()), "properties": {"of": name}})
}

fn list() -> String {
    format!("GET {PE}/parts?api-version=1")
}

fn one(name: &str) -> String {
    format!("GET {PE}/parts/{name}?api-version=1")
}

fn page(names: &[&str]) -> Answer {
    says(200, json!({"value": names.iter().map(|name| part(name)).collect::<Vec<_>>()}))
}

fn page_before(names: &[&str], next: &str) -> Answer {
    let values: Vec<_> = names.iter().map(|name| part(name)).collect();
    says(200, json!({"value": values, "nextLink": format!("{ARM}{next}")}))
}

/// Reads a child and returns the name in its body.
async fn read(world: &World, name: &str, from: usize) -> Result<Option<String>, Error> {
    let id = ResourceId::parse(&format!("{PE}/parts/{name}")).unwrap();
    let found = world.arm.get_cached(&id, "1", from, &world.until).await?;
    Ok(found.map(|it| it.body["properties"]["of"].as_str().unwrap().to_owned()))
}

async fn finds(world: &World, name: &str, from: usize) {
    assert_eq!(read(world, name, from).await.unwrap().as_deref(), Some(name));
}

fn world<'a>(steps: impl IntoIterator<Item = (&'a String, Answer)>) -> World {
    World::new(steps.into_iter().map(|(request, answer)| (request.as_str(), answer)))
}

#[tokio::test(start_paused = true)]
async fn a_list_serves_concurrent_reads() {
    let names = ["a", "b", "c", "d"];
    let world = world([(&list(), page(&names).slowly(3))]);
    let found = join_all(names.map(|name| read(&world, name, 1))).await;
    for (name, found) in names.iter().zip(found) {
        assert_eq!(found.unwrap().as_deref(), Some(*name));
    }
    world.ends_within(3.0, 3.0);
}

/// Found by the fuzz target `operation`: the pages of a list kept ARM alive, which keeps the list.
#[tokio::test(start_paused = true)]
async fn a_partly_read_list_keeps_nothing_alive() {
    let world = world([(&list(), page_before(&["a", "b"], "/more"))]);
    finds(&world, "a", 1).await;
    world.ends();
    world.leaves_nothing_behind();
}

#[tokio::test(start_paused = true)]
async fn a_single_read_takes_one_request() {
    let world = world([(&list(), page(&["a", "b"]))]);
    finds(&world, "a", 1).await;
    world.ends();
    let world = self::world([(&one("a"), says(200, part("a")))]);
    finds(&world, "a", 2).await;
    world.ends();
}

#[tokio::test(start_paused = true)]
async fn the_second_read_may_start_the_list() {
    let world = world([(&one("a"), says(200, part("a"))), (&list(), page(&["a", "b", "c"]))]);
    for name in ["a", "b", "c"] {
        finds(&world, name, 2).await;
    }
    world.ends();
}

#[tokio::test(start_paused = true)]
async fn a_top_level_resource_is_listed_in_its_group() {
    let (group, name) = PE.rsplit_once('/').unwrap();
    let of = |name: &str| json!({ "id": format!("{group}/{name}"), "properties": { "of": name } });
    let list = format!("GET {group}?api-version=1");
    let world = world([(&list, says(200, json!({ "value": [of(name), of("other")] })))]);
    for name in [name, "other"] {
        let id = ResourceId::parse(&format!("{group}/{name}")).unwrap();
        let found = world.arm.get_cached(&id, "1", 1, &world.until).await.unwrap().unwrap();
        assert_eq!(found.body["properties"]["of"], name);
    }
    world.ends();
}

#[tokio::test(start_paused = true)]
async fn a_resource_missing_from_the_list_is_read_by_itself() {
    let world = world([
        (&list(), page(&["a"])),
        (&one("new"), says(200, part("new"))),
        (&one("gone"), refuses(404, "ResourceNotFound")),
    ]);
    finds(&world, "a", 1).await;
    finds(&world, "new", 1).await;
    assert_eq!(read(&world, "gone", 1).await.unwrap(), None);
    world.ends();
}

#[tokio::test(start_paused = true)]
async fn a_second_read_gets_the_current_resource() {
    let world = world([(&list(), page(&["a", "b"])), (&list(), page(&["a", "b"]))]);
    finds(&world, "a", 1).await;
    finds(&world, "a", 1).await;
    finds(&world, "b", 1).await;
    world.ends();
}

#[tokio::test(start_paused = true)]
async fn a_list_expires() {
    let world = world([(&list(), page(&["a", "b", "c"])), (&list(), page(&["a", "b", "c"]))]);
    finds(&world, "a", 1).await;
    tokio::time::advance(Duration::from_secs(29)).await;
    finds(&world, "b", 1).await;
    tokio::time::advance(Duration::from_secs(1)).await;
    finds(&world, "c", 1).await;
    world.ends();
}

#[tokio::test(start_paused = true)]
async fn a_write_ends_every_list() {
    let (put, get) = ("PUT pe".to_owned(), "GET pe".to_owned());
    let world = world([
        (&list(), page(&["a", "b"])),
        (&put, says(201, part("pe"))),
        (&get, says(200, part("pe"))),
        (&list(), page(&["a", "b"])),
        (&put, refuses(403, "RequestDisallowedByPolicy")),
        (&list(), page(&["a", "b", "c"])),
    ]);
    finds(&world, "a", 1).await;
    world.put().await.unwrap();
    finds(&world, "b", 1).await;
    // Who was refused may have been carried out in part.
    world.put().await.unwrap_err();
    finds(&world, "c", 1).await;
    world.ends();
}

#[tokio::test(start_paused = true)]
async fn no_list_is_used_during_a_write() {
    let (put, get) = ("PUT pe".to_owned(), "GET pe".to_owned());
    let world = world([
        (&list(), page(&["a", "b"])),
        (&put, says(201, part("pe")).slowly(5)),
        (&one("b"), says(200, part("b"))),
        (&get, says(200, part("pe"))),
    ]);
    finds(&world, "a", 1).await;
    let write = world.put();
    let read = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        finds(&world, "b", 1).await;
    };
    let (written, ()) = tokio::join!(write, read);
    written.unwrap();
    world.ends();
}

#[tokio::test(start_paused = true)]
async fn a_page_is_read_only_after_the_others_served_enough_reads() {
    let (second, third) = ("GET /2".to_owned(), "GET /3".to_owned());
    let world = world([
        (&list(), page_before(&["a", "b"], "/2")),
        (&second, page_before(&["c"], "/3")),
        (&third, page(&["d", "e"])),
        (&one("z"), says(200, part("z"))),
    ]);
    finds(&world, "a", 1).await;
    finds(&world, "c", 1).await;
    finds(&world, "b", 1).await;
    // Two pages have served three by now: a third is read, but no more for the same read.
    finds(&world, "d", 1).await;
    finds(&world, "z", 1).await;
    finds(&world, "e", 1).await;
    world.ends();
    // A first page that is of no use is the last.
    let world = self::world([
        (&list(), page_before(&["a"], "/2")),
        (&one("x"), says(200, part("x"))),
        (&one("y"), says(200, part("y"))),
    ]);
    finds(&world, "x", 1).await;
    finds(&world, "y", 1).await;
    world.ends();
}

#[tokio::test(start_paused = true)]
async fn a_list_that_fails_costs_one_request() {
    for bad in [
        refuses(403, "AuthorizationFailed"),
        refuses(404, "ResourceNotFound"),
        says(200, json!({"values": []})),
        says(200, json!({"value": [1, null, {}, {"id": 7}]})),
        says(200, json!({"value": [], "nextLink": "https://evil.example/2"})),
        empty(302).with("location", "https://evil.example/x"),
    ] {
        let world = world([
            (&list(), bad),
            (&one("a"), says(200, part("a"))),
            (&one("b"), refuses(403, "AuthorizationFailed")),
        ]);
        finds(&world, "a", 1).await;
        assert_eq!(read(&world, "b", 1).await.unwrap_err().kind(), ErrorKind::Denied);
        world.ends();
    }
}

#[tokio::test(start_paused = true)]
async fn a_list_that_hangs_ends_with_the_call() {
    let world = world([(&list(), refuses(503, "Busy").forever())]).within(30);
    let error = read(&world, "a", 1).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Timeout, Some("Busy")));
}
