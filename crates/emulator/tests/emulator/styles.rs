//! How each type reports a running write or delete, and its end.

use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{Answer, Client};
use crate::law::cases::cases;
use crate::law::kind;

/// Styles of ARM.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Style {
    /// Complete with the answer.
    Now,
    /// `Azure-AsyncOperation`, with the resource in the body.
    Async,
    /// `Location` only.
    Location,
    /// Both headers, with or without a body.
    Both,
    /// Both headers, with the resource's own URL in `Location`.
    Itself,
    /// The resource's own `provisioningState`.
    State,
}

/// Type, style of `PUT`, and style of `DELETE`.
const STYLES: [(&str, Style, Style); 31] = [
    ("microsoft.network/privatednszones", Style::Both, Style::Both),
    ("microsoft.network/privatednszones/virtualnetworklinks", Style::Both, Style::Both),
    ("microsoft.network/privatednszones/", Style::Now, Style::Now),
    ("microsoft.network/networksecurityperimeters", Style::Now, Style::Now),
    ("microsoft.network/networksecurityperimeters/profiles", Style::Now, Style::Now),
    ("microsoft.network/networksecurityperimeters/profiles/accessrules", Style::Now, Style::Now),
    ("microsoft.network/networksecurityperimeters/resourceassociations", Style::Async, Style::Both),
    ("microsoft.documentdb/databaseaccounts", Style::Both, Style::Both),
    ("microsoft.documentdb/databaseaccounts/sqlroledefinitions", Style::Both, Style::Both),
    ("microsoft.documentdb/databaseaccounts/sqlroleassignments", Style::Both, Style::Both),
    ("microsoft.network/", Style::Async, Style::Both),
    ("microsoft.storage/storageaccounts", Style::Location, Style::Now),
    ("microsoft.keyvault/vaults", Style::State, Style::Now),
    ("microsoft.containerregistry/registries", Style::Async, Style::Location),
    ("microsoft.insights/components", Style::Now, Style::Now),
    ("microsoft.insights/privatelinkscopes", Style::Now, Style::Both),
    ("microsoft.insights/privatelinkscopes/scopedresources", Style::Now, Style::Now),
    ("microsoft.cognitiveservices/accounts", Style::Async, Style::Now),
    ("microsoft.cognitiveservices/accounts/deployments", Style::Async, Style::Both),
    ("microsoft.cognitiveservices/accounts/managednetworks", Style::Itself, Style::Itself),
    (
        "microsoft.cognitiveservices/accounts/managednetworks/outboundrules",
        Style::Itself,
        Style::Itself,
    ),
    ("microsoft.machinelearningservices/workspaces/outboundrules", Style::Both, Style::Both),
    ("microsoft.cognitiveservices/accounts/projects", Style::Now, Style::Now),
    ("microsoft.cognitiveservices/accounts/connections", Style::Now, Style::Now),
    ("microsoft.cognitiveservices/accounts/projects/connections", Style::Now, Style::Now),
    ("microsoft.cognitiveservices/accounts/capabilityhosts", Style::Async, Style::Both),
    ("microsoft.cognitiveservices/accounts/projects/capabilityhosts", Style::Async, Style::Both),
    ("microsoft.search/searchservices", Style::State, Style::Now),
    ("microsoft.search/searchservices/sharedprivatelinkresources", Style::Async, Style::Async),
    ("microsoft.machinelearningservices/workspaces", Style::Both, Style::Both),
    ("microsoft.machinelearningservices/workspaces/connections", Style::Now, Style::Now),
];

fn styles(id: &str) -> (Style, Style) {
    let kind = kind(id);
    let exact = STYLES.iter().find(|(name, ..)| *name == kind);
    let found = exact
        .or_else(|| STYLES.iter().find(|(name, ..)| name.ends_with('/') && kind.starts_with(name)));
    let (_, put, delete) = found.unwrap_or_else(|| panic!("{kind} has no style"));
    (*put, *delete)
}

/// Returns the style of an answer, from its status and headers.
fn shown(answer: &Answer) -> Style {
    let has = |name: &str| !answer.header(name).is_empty();
    match (has("azure-asyncoperation"), has("location"), answer.status) {
        (true, true, 202) if answer.header("location").contains("/managedNetworks/") => {
            Style::Itself
        }
        (true, true, 200 | 202) => Style::Both,
        (true, false, 200..=202) => Style::Async,
        (false, true, 202) => Style::Location,
        (false, false, 200 | 201) => {
            let state = answer.body["properties"]["provisioningState"].as_str();
            let done = ["Succeeded", "succeeded"];
            if state.is_none_or(|state| done.contains(&state)) { Style::Now } else { Style::State }
        }
        other => panic!("{other:?}: {:#}", answer.body),
    }
}

/// Checks a running operation, and then the ended one.
async fn watch(client: &Client, id: &str, accepted: &Answer, style: Style) {
    let polled =
        async |name: &str| client.send(Method::GET, accepted.header(name), &[], None).await;
    let kind = kind(id);
    let running = match () {
        () if kind.starts_with("microsoft.network/privatednszones") => 202,
        () if kind.starts_with("microsoft.containerregistry/") => 201,
        () => 200,
    };
    let patient = kind.starts_with("microsoft.machinelearningservices/")
        || kind.contains("/managednetworks")
        || kind.ends_with("/sharedprivatelinkresources")
        || kind.ends_with("/resourceassociations");
    let word = match () {
        () if kind.ends_with("/resourceassociations") => "Creating",
        () if kind.starts_with("microsoft.documentdb/") => "Enqueued",
        () if kind.ends_with("/sharedprivatelinkresources") => "Running",
        () => "InProgress",
    };
    if matches!(style, Style::Async | Style::Both | Style::Itself) {
        let answer = polled("azure-asyncoperation").await.is(running);
        assert_eq!(answer.body["status"], word, "{id}");
        assert_eq!(answer.header("retry-after").is_empty(), patient, "{id}");
    }
    if matches!(style, Style::Location | Style::Both) {
        polled("location").await.is(202);
    }
    if !matches!(style, Style::Now | Style::State) {
        assert_eq!(accepted.header("retry-after").is_empty(), patient, "{id}");
    }
    client.emulator.hold_operations(false);
    if matches!(style, Style::Async | Style::Both | Style::Itself) {
        let answer = polled("azure-asyncoperation").await.is(200);
        assert_eq!(answer.body["status"], "Succeeded", "{id}");
        let tells = [
            "microsoft.network/",
            "microsoft.documentdb/",
            "microsoft.cognitiveservices/accounts/managednetworks",
        ];
        let brief =
            tells.iter().any(|it| kind.starts_with(it)) && !kind.ends_with("/resourceassociations");
        assert_eq!(answer.body["endTime"].is_null(), brief, "{id}");
    }
    if matches!(style, Style::Location | Style::Both) {
        let answer = polled("location").await;
        assert!([200, 204].contains(&answer.status), "{id}: {}", answer.status);
    }
}

#[tokio::test]
async fn every_type_has_its_polling_style() {
    let client = Client::start().await;
    let cases = cases(&client);
    for case in &cases {
        let (put, _) = styles(&case.id);
        client.emulator.hold_operations(true);
        let accepted = client.put(&case.id, &case.body).await;
        assert_eq!(shown(&accepted), put, "PUT {}", case.id);
        watch(&client, &case.id, &accepted, put).await;
        let made = client.get(&case.id).await.is(200).body;
        let state = &made["properties"]["provisioningState"];
        let done = [json!("Succeeded"), json!("succeeded"), Value::Null];
        assert!(done.contains(state), "{}: {state}", case.id);
    }
    for case in cases.iter().rev() {
        let (_, delete) = styles(&case.id);
        client.emulator.hold_operations(true);
        let accepted = client.delete(&case.id).await;
        assert_eq!(shown(&accepted), delete, "DELETE {}", case.id);
        // Roles of Cosmos DB have no state.
        if delete != Style::Now && !case.id.contains("/sqlRole") {
            let left = client.get(&case.id).await.is(200).body;
            let own = &left["properties"];
            let state = own.get("provisioningState").unwrap_or(&own["status"]);
            assert_eq!(state, "Deleting", "{}", case.id);
        }
        watch(&client, &case.id, &accepted, delete).await;
        client.get(&case.id).await.is(404);
    }
}
