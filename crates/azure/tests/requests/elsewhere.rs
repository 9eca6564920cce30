//! URLs from ARM: its own are used unchanged, and no others are used.

use crate::script::{ARM, Answer, PE, World, absent, empty, foreign, found, resource, says};
use azure::error::{Error, ErrorKind};
use azure::write::{PreviousRun, WriteMethod};
use serde_json::json;

/// URLs of other hosts, some of which look like ARM's.
const ELSEWHERE: &[&str] = &[
    "https://evil.example/operations/1",
    "https://arm.local.evil.example/operations/1",
    "https://arm.local@evil.example/operations/1",
    "https://evil.example\\@arm.local/operations/1",
    "https://arm.local:444/operations/1",
    "https://sub.arm.local/operations/1",
    "http://arm.local/operations/1",
    "ftp://arm.local/operations/1",
    "//evil.example/operations/1",
    "/operations/1",
    "https://user:secret@arm.local/operations/1",
    "https://user@arm.local/operations/1",
    "not an address",
];

fn is_refused(error: &Error, address: &str) {
    assert_eq!(error.kind(), ErrorKind::Protocol, "{address}: {error}");
    assert!(error.to_string().contains("Azure returned an invalid URL"), "{address}: {error}");
}

#[tokio::test(start_paused = true)]
async fn operations_on_other_hosts_are_not_followed() {
    for address in ELSEWHERE {
        for header in ["azure-asyncoperation", "location"] {
            let accepted = || empty(202).with(header, *address);
            let making = || found(resource("Creating"));
            let world = World::new([("PUT pe", accepted()), making()]);
            is_refused(&world.put().await.unwrap_err(), address);
            // What was made all the same is on record.
            assert!(world.is_accepted());
            world.ends_within(0.0, 0.0);

            // A change counts as accepted, whatever becomes of it.
            let world = World::new([("PUT pe", accepted())]);
            let refused = world.change(WriteMethod::Put, foreign()).await.unwrap_err();
            is_refused(&refused.error, address);
            assert!(refused.accepted && world.is_accepted());
            world.ends_within(0.0, 0.0);

            let world = World::new([("DELETE pe", accepted())]);
            is_refused(&world.delete().await.unwrap_err(), address);
            world.ends_within(0.0, 0.0);
        }
    }
}

/// Azure's polling addresses may name it (281 recorded answers).
#[tokio::test(start_paused = true)]
async fn an_address_with_the_default_port_is_arms_own() {
    for header in ["azure-asyncoperation", "location"] {
        let accepted = empty(202).with(header, format!("{ARM}:443/o/1"));
        let ended = says(200, json!({ "status": "Succeeded" }));
        let shown = found(resource("Succeeded"));
        let world = World::new([("PUT pe", accepted), ("GET /o/1", ended), shown]);
        assert_eq!(world.put().await.unwrap(), resource("Succeeded"));
        world.ends_within(0.0, 0.0);
    }
}

#[tokio::test(start_paused = true)]
async fn a_location_of_a_created_resource_is_ignored() {
    for address in ELSEWHERE {
        for status in [200, 201] {
            let done = || says(status, resource("Succeeded")).with("location", *address);
            let shown = || found(resource("Succeeded"));
            // Of types that ignore conditions, 200 is no answer to a create.
            let creates = [(201, false), (201, true), (200, true)];
            for (_, conditional) in creates.into_iter().filter(|it| it.0 == status) {
                let world = World::new([("PUT pe", done()), shown()]);
                let made = world.make(conditional, PreviousRun::None).await.unwrap();
                assert_eq!(made.body, resource("Succeeded"));
                world.ends_within(0.0, 0.0);
            }

            let world = World::new([("PUT pe", done()), shown()]);
            let changed = world.change(WriteMethod::Put, foreign()).await.unwrap();
            assert_eq!((changed.body, changed.written), (resource("Succeeded"), true));
            world.ends_within(0.0, 0.0);
        }
        let world = World::new([("DELETE pe", empty(200).with("location", *address)), absent()]);
        world.delete().await.unwrap();
        world.ends_within(0.0, 0.0);
    }
}

#[tokio::test(start_paused = true)]
async fn pages_on_other_hosts_are_not_read() {
    for address in ELSEWHERE {
        let first = format!("GET {PE}/parts?api-version=1");
        let page = json!({"value": [1], "nextLink": address});
        let world = World::new([(first.as_str(), says(200, page))]);
        is_refused(&world.list().await.unwrap_err(), address);
        world.ends_within(0.0, 0.0);
    }
}

fn is_redirect(error: &Error) {
    assert_eq!((error.kind(), error.status()), (ErrorKind::Protocol, Some(302)), "{error}");
    for words in ["redirects to \"https://evil.example/x\"", "does not follow redirects"] {
        assert!(error.to_string().contains(words), "{error} lacks {words}");
    }
}

#[tokio::test(start_paused = true)]
async fn redirects_are_not_followed() {
    let elsewhere = || -> Answer { empty(302).with("location", "https://evil.example/x") };
    let begun = || empty(202).with("location", format!("{ARM}/o/1"));

    let world = World::new([("GET pe", elsewhere())]);
    is_redirect(&world.get().await.unwrap_err());
    world.ends();

    let world = World::new([("PUT pe", elsewhere())]);
    is_redirect(&world.put().await.unwrap_err());
    assert!(!world.is_accepted());
    world.ends();

    let making = found(resource("Creating"));
    let world = World::new([("PUT pe", begun()), ("GET /o/1", elsewhere()), making]);
    is_redirect(&world.put().await.unwrap_err());
    assert!(world.is_accepted());
    world.ends();

    let world = World::new([("DELETE pe", elsewhere())]);
    is_redirect(&world.delete().await.unwrap_err());
    world.ends();

    // Nor when they stay with ARM.
    let world = World::new([("GET pe", empty(307).with("location", format!("{ARM}/x")))]);
    assert_eq!(world.get().await.unwrap_err().status(), Some(307));
    world.ends();
}

#[tokio::test(start_paused = true)]
async fn a_signed_url_is_used_byte_for_byte() {
    // What ARM signs with, and whatever else RFC 3986 allows in a query but `'`.
    let certificate = "MIIHhzCCBm%2BgAwIBAgITHgY".repeat(100);
    for path in [
        format!(
            "/subscriptions/S/providers/Microsoft.Network/locations/eastus/operations/1-2\
             ?api-version=2025-01-01&t=638912345678901234&c={certificate}\
             &s=aB-_c%2Bd%2Fe%3D%3D&h=Zm9v/YmFy+w=="
        ),
        "/o/1?a=%2b%2B&b=x%20y&c=;:@!$()*,-._~/?[]&&=&%41".to_owned(),
        "/O/Microsoft.Keyvault/a%2Fb//c;d=e/(f)*,@:!$&'+".to_owned(),
    ] {
        let poll = format!("GET {path}");
        let address = format!("{ARM}{path}");
        let world = World::new([
            ("PUT pe", says(201, resource("Updating")).with("azure-asyncoperation", &address)),
            (poll.as_str(), says(200, json!({"status": "InProgress"}))),
            (poll.as_str(), says(200, json!({"status": "Succeeded"}))),
            ("GET pe", says(200, resource("Succeeded"))),
        ]);
        world.put().await.unwrap();
        assert_eq!(world.ends()[1].url, address);
    }
}

#[tokio::test(start_paused = true)]
async fn a_name_that_would_change_the_path_is_not_sent() {
    for name in ["", ".", "..", "a b", "a?b", "a#b", "a%2fb", "a\\b", "a\nb", "../../x"] {
        let world = World::new([]);
        let id = world.id.child("parts", name);
        let asked = world.arm.get(&id, "1", &world.until).await.unwrap_err();
        let deleted = world.arm.delete(&id, "1", &world.until).await.unwrap_err();
        for error in [asked, deleted] {
            assert_eq!(error.kind(), ErrorKind::Invalid, "{name:?}: {error}");
        }
        world.ends();
    }
}
