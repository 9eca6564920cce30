//! State of other types: the provider converts it completely, from every mirror of the source
//! provider, and rejects other state without a crash.

use crate::session::{Session, answered, decoded, errors, sound};
use crate::shape::Subject;
use plugin::codec;
use plugin::proto::tfplugin5 as wire;
use plugin::provider::Catalogue;
use serde_json::{Map, Value as Json, json};
use std::fs;
use std::path::Path;
use terraform_provider_azureai::provider::AzureAi;

const GROUP: &str = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-ai";

/// A state of another provider, from `tests/moves`.
struct Foreign {
    name: String,
    ty: String,
    to: String,
    state: Json,
}

impl Foreign {
    fn all() -> Vec<Self> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/moves");
        let mut files: Vec<_> =
            fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()).collect();
        files.sort();
        files.iter().flat_map(|path| Self::read(path)).collect()
    }

    /// Reads the states in a file.
    fn read(path: &Path) -> Vec<Self> {
        let text = fs::read_to_string(path).unwrap();
        let text = text.replace("${group}", GROUP).replace("${connection}", "pe-vault.1");
        let fixture: Json = serde_json::from_str(&text).unwrap();
        let name = path.file_stem().unwrap().to_str().unwrap();
        match fixture.as_object().unwrap().contains_key("resource") {
            true => vec![Self::of(name, &fixture)],
            false => {
                let states = fixture.as_object().unwrap().iter();
                states.map(|(key, state)| Self::of(&format!("{name}/{key}"), state)).collect()
            }
        }
    }

    fn of(name: &str, fixture: &Json) -> Self {
        let resource = &fixture["resource"];
        let to = fixture["to"].as_str().unwrap().split('.').next().unwrap();
        Self {
            name: name.to_owned(),
            ty: resource["type"].as_str().unwrap().to_owned(),
            to: to.to_owned(),
            state: resource["instances"][0]["attributes"].clone(),
        }
    }

    /// Returns the last part of the provider's address.
    fn provider(&self) -> &str {
        self.ty.split('_').next().unwrap()
    }

    fn request(&self, address: &str) -> wire::move_resource_state::Request {
        wire::move_resource_state::Request {
            source_provider_address: address.to_owned(),
            source_type_name: self.ty.clone(),
            source_state: raw(&self.state),
            target_type_name: self.to.clone(),
            source_private: b"{\"schema_version\":\"0\"}".to_vec(),
            ..Default::default()
        }
    }
}

/// Returns the IDs and properties of the objects in azapi's states, moved to a resource group.
pub(crate) fn objects(group: &str) -> impl Iterator<Item = (String, Json)> {
    let theirs = Foreign::all().into_iter().filter(|it| it.ty == "azapi_resource");
    theirs.filter_map(move |it| {
        let id = it.state["id"].as_str()?.replace(GROUP, group);
        let properties = it.state.pointer("/body/value/properties")?;
        Some((id, properties.clone()))
    })
}

fn raw(state: &Json) -> Option<wire::RawState> {
    Some(wire::RawState { json: state.to_string().into_bytes(), ..Default::default() })
}

async fn ask(
    session: &Session,
    request: wire::move_resource_state::Request,
) -> wire::move_resource_state::Response {
    let label = format!("{} to {}", request.source_type_name, request.target_type_name);
    let answer = answered(&label, session.calls().move_resource_state(request).await);
    sound(&label, answer.diagnostics.clone());
    answer
}

/// Moves a state and asserts that the result conforms to the schema.
async fn moved(session: &Session, foreign: &Foreign, address: &str, of: &Subject) -> Json {
    let answer = ask(session, foreign.request(address)).await;
    assert!(answer.diagnostics.is_empty(), "{}: {answer:#?}", foreign.name);
    assert!(answer.target_private.is_empty(), "another provider's private data mean nothing here");
    let state = decoded(&foreign.name, answer.target_state.as_ref(), &of.ty);
    codec::to_json(&state, &of.ty)
}

async fn subject(session: &Session, name: &str) -> Subject {
    let subjects = session.subjects().await;
    subjects.into_iter().find(|it| it.is_resource() && it.name == name).unwrap()
}

#[tokio::test]
async fn every_source_type_moves_from_any_mirror() {
    let session = Session::start().await;
    let all = Foreign::all();
    for foreign in &all {
        let of = subject(&session, &foreign.to).await;
        let last = foreign.provider();
        let namespace = if last == "azapi" { "azure" } else { "hashicorp" };
        let addresses = [
            last.to_owned(),
            format!("{namespace}/{last}"),
            format!("registry.terraform.io/{namespace}/{last}"),
            format!("registry.opentofu.org/{namespace}/{last}"),
            format!("mirror.example:8443/elsewhere/{last}"),
        ];
        let state = moved(&session, foreign, &addresses[0], &of).await;
        assert_eq!(state["id"], foreign.state["id"], "{}: the ID is as it was", foreign.name);
        for address in &addresses[1..] {
            assert_eq!(moved(&session, foreign, address, &of).await, state, "{address}");
        }
        let stranger = ask(&session, foreign.request("hashicorp/elsewhere")).await;
        assert!(!errors(&stranger.diagnostics).is_empty(), "{}", foreign.name);
    }
    let catalogue = Catalogue::of(&AzureAi::new(Box::new(|_| None)));
    for (_, resource) in &catalogue.resources {
        for origin in resource.move_sources() {
            let has = all.iter().any(|it| it.ty == origin.ty && it.to == resource.name());
            assert!(has, "no state of {} in tests/moves becomes {}", origin.ty, resource.name());
        }
    }
}

/// Attributes of azurerm that have no equal here, and why no information is lost.
const OTHERWISE: [(&str, &str); 20] = [
    ("private_dns_zone_name", "is in private_dns_zone_id"),
    ("zone_name", "is in private_dns_zone_id"),
    ("resource_group_name", "is in private_dns_zone_id, where it is not an attribute"),
    ("ai_services_hub_id", "is hub_id"),
    ("project_id", "is workspace_id"),
    ("high_business_impact", "is high_business_impact_enabled"),
    ("public_network_access_enabled", "is public_network_access"),
    ("soa_record", "is Azure's own, in every zone, where it is not kept"),
    ("managed_network", "is Azure's own, in every hub, where it is not kept"),
    ("private_dns_zone_group", "is a policy's, where it is not kept"),
    ("sku_name", "is Basic for every hub"),
    ("provision_on_creation_enabled", "is of no hub of this provider"),
    ("azurerm_cognitive_account.kind", "is AIServices for every Foundry account"),
    ("project_management_enabled", "is true for every Foundry account"),
    ("cognitive_account_id", "is parent_id"),
    ("workspace_id", "is parent_id"),
    ("cognitive_project_id", "is parent_id"),
    ("account_key", "is in credentials"),
    ("api_key", "is in credentials"),
    ("custom_keys", "is credentials"),
];

/// Returns `true` if a value is neither null nor empty.
fn says_something(value: &Json) -> bool {
    match value {
        Json::Null | Json::Bool(false) => false,
        Json::String(text) => !text.is_empty(),
        Json::Array(elements) => elements.iter().any(says_something),
        Json::Object(members) => members.values().any(says_something),
        Json::Bool(true) | Json::Number(_) => true,
    }
}

/// Collects the members of `there` that `here` lacks or has with another value.
fn lost(there: &Map<String, Json>, here: &Json, out: &mut Vec<String>) {
    for (name, value) in there.iter().filter(|(_, value)| says_something(value)) {
        match (value, &here[name.as_str()]) {
            (Json::Object(there), here) if here.is_object() => lost(there, here, out),
            (Json::Array(there), Json::Array(here)) if there.iter().all(Json::is_object) => {
                if there.len() != here.len() {
                    out.push(name.clone());
                }
                for (there, here) in there.iter().zip(here) {
                    lost(there.as_object().unwrap(), here, out);
                }
            }
            (Json::Array(there), Json::Array(here)) => {
                let same = there.len() == here.len() && there.iter().all(|it| here.contains(it));
                if !same {
                    out.push(name.clone());
                }
            }
            (there, here) if there == here => {}
            _ => out.push(name.clone()),
        }
    }
}

#[tokio::test]
async fn no_attribute_of_azurerm_is_lost() {
    let session = Session::start().await;
    for foreign in Foreign::all().iter().filter(|it| it.provider() == "azurerm") {
        let of = subject(&session, &foreign.to).await;
        let state = moved(&session, foreign, "hashicorp/azurerm", &of).await;
        let mut gone = Vec::new();
        lost(foreign.state.as_object().unwrap(), &state, &mut gone);
        let known = |name: &String| {
            let of_type = format!("{}.{name}", foreign.ty);
            OTHERWISE.iter().any(|(known, _)| known == name || *known == of_type)
        };
        gone.retain(|name| !known(name));
        assert!(gone.is_empty(), "{}: {gone:?} of {:#}\n{state:#}", foreign.name, foreign.state);
    }
}

#[tokio::test]
async fn tags_place_and_timeouts_of_azapis_are_kept() {
    let session = Session::start().await;
    for foreign in Foreign::all().iter().filter(|it| it.ty == "azapi_resource") {
        let of = subject(&session, &foreign.to).await;
        let state = moved(&session, foreign, "azure/azapi", &of).await;
        for name in ["tags", "timeouts"] {
            if says_something(&foreign.state[name]) {
                assert_eq!(state[name], foreign.state[name], "{}", foreign.name);
            }
        }
        if of.shape.attributes.iter().any(|it| it.name == "location") {
            assert_eq!(state["location"], foreign.state["location"], "{}", foreign.name);
        }
        // With every required attribute set, the next read is a refresh and not an import.
        for attribute in of.shape.attributes.iter().filter(|it| it.required) {
            assert!(!state[&attribute.name].is_null(), "{}: {}", foreign.name, attribute.name);
        }
    }
}

#[tokio::test]
async fn an_unreadable_state_is_an_error() {
    let session = Session::start().await;
    for foreign in Foreign::all() {
        let with = |name: &str, value: Json| {
            let mut state = foreign.state.clone();
            state[name] = value;
            state
        };
        let elsewhere = format!("{GROUP}/providers/Microsoft.Else/where/x");
        let mut wrong = vec![json!(null), json!("text"), json!([]), json!({})];
        if foreign.ty != "azurerm_private_endpoint_application_security_group_association" {
            wrong.extend([with("id", json!(7)), with("id", json!(elsewhere))]);
        }
        if foreign.provider() == "azapi" {
            wrong.push(with("body", json!("{")));
        }
        for state in wrong {
            let mut request = foreign.request("azure/azapi");
            request.source_provider_address = foreign.provider().to_owned();
            request.source_state = raw(&state);
            let answer = ask(&session, request).await;
            let errors = errors(&answer.diagnostics);
            assert!(!errors.is_empty(), "{}: {state}", foreign.name);
            assert!(answer.target_state.is_none(), "{}: {state}", foreign.name);
            assert!(errors[0].detail.contains("moved"), "{}: {:#?}", foreign.name, errors[0]);
        }
    }
}

#[tokio::test]
async fn a_state_of_the_same_type_is_kept() {
    let session = Session::start().await;
    let name = "azureai_private_dns_zone";
    let of = subject(&session, name).await;
    let zone = format!("{GROUP}/providers/Microsoft.Network/privateDnsZones/a.b");
    let state = json!({"id": zone, "name": "a.b", "resource_group_name": "rg-ai"});
    for address in [
        "azureai",
        "elsewhere/azureai",
        "registry.terraform.io/azureai/azureai",
        "registry.opentofu.org/azureai/azureai",
        "mirror.example/elsewhere/fork",
    ] {
        let request = wire::move_resource_state::Request {
            source_provider_address: address.to_owned(),
            source_type_name: name.to_owned(),
            source_schema_version: of.version,
            source_state: raw(&state),
            source_private: b"{\"imported\":true}".to_vec(),
            target_type_name: name.to_owned(),
            ..Default::default()
        };
        let answer = ask(&session, request).await;
        assert!(answer.diagnostics.is_empty(), "{answer:#?}");
        assert_eq!(answer.target_private, b"{\"imported\":true}");
        let moved = decoded(name, answer.target_state.as_ref(), &of.ty);
        assert_eq!(moved.get("id").as_str(), Some(zone.as_str()));
    }
}
