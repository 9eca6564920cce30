//! Lists, as `terraform query` calls them: their results and their requests.

use crate::identities::{Identities, import};
use crate::samples;
use crate::session::{answered, decoded, errors, sound};
use crate::shape::{Kind, Subject};
use crate::world::World;
use emulator::Fault;
use plugin::codec;
use plugin::proto::tfplugin5 as wire;
use plugin::value::Value;
use serde_json::json;
use wire::list_resource::Event;

const ENDPOINT: &str = "azureai_private_endpoint";
const RECORD: &str = "azureai_private_dns_a_record";
const FLAG: &str = "azureai_public_network_access";

/// A list request.
struct Query<'a> {
    name: &'a str,
    filters: &'a [(&'a str, &'a str)],
    whole: bool,
    limit: i64,
}

const fn all(name: &str) -> Query<'_> {
    Query { name, filters: &[], whole: false, limit: 0 }
}

impl Query<'_> {
    async fn request(&self, world: &World) -> wire::list_resource::Request {
        let known = world.session.subjects().await;
        let of = known.iter().find(|it| it.is_list() && it.name == self.name).unwrap();
        let config = World::config(&of.shape, self.filters);
        let found = world.session.validate(of, &config).await;
        assert!(errors(&found).is_empty(), "{found:#?}");
        wire::list_resource::Request {
            type_name: self.name.to_owned(),
            config: Some(codec::encode(&config, &of.ty)),
            include_resource_object: self.whole,
            limit: self.limit,
        }
    }

    async fn run(&self, world: &World) -> Vec<Event> {
        let request = self.request(world).await;
        let answer = world.session.calls().list_resource(request).await;
        let mut stream = answered(self.name, answer);
        let mut events = Vec::new();
        while let Some(event) = stream.message().await.unwrap() {
            sound(self.name, event.diagnostic.clone());
            events.push(event);
        }
        events
    }

    async fn names(&self, world: &World) -> Vec<String> {
        let events = self.run(world).await;
        let found = events.iter().flat_map(|it| &it.diagnostic).collect::<Vec<_>>();
        assert!(found.is_empty(), "{found:#?}");
        events.into_iter().map(|it| it.display_name).collect()
    }
}

fn resource<'a>(known: &'a [Subject], name: &str) -> &'a Subject {
    known.iter().find(|it| it.kind == Kind::Resource && it.name == name).unwrap()
}

#[tokio::test]
async fn every_resource_can_be_listed_and_its_results_imported() {
    let world = World::new().await;
    let identities = Identities::of(&world.session).await;
    let known = world.session.subjects().await;
    for samples in samples::resources().await {
        let name = &samples.subject.name;
        let events = Query { whole: true, ..all(name) }.run(&world).await;
        assert!(!events.is_empty(), "no {name} is found");
        for event in events {
            assert!(event.diagnostic.is_empty(), "{name}: {event:#?}");
            assert!(!event.display_name.is_empty(), "{name}: {event:#?}");
            let identity = identities.read(name, event.identity.as_ref());
            let ty = &resource(&known, name).ty;
            let object = decoded(name, event.resource_object.as_ref(), ty);
            assert!(!object.has_unknown(), "{name}: {object:#?}");
            let imported = import(&world.session, &identities, samples, &identity).await;
            let (state, same) = imported.unwrap_or_else(|found| panic!("{found:#?}"));
            assert_eq!(same, identity, "{name}");
            assert_eq!(state.get("id"), object.get("id"), "{name}");
            let request = wire::read_resource::Request {
                type_name: name.clone(),
                current_state: Some(codec::encode(&state, ty)),
                current_identity: Some(identities.write(name, &same)),
                ..Default::default()
            };
            let read = world.session.calls().read_resource(request).await;
            let read = answered(name, read);
            assert_eq!(decoded(name, read.new_state.as_ref(), ty), object, "{name}");
            assert_eq!(identities.read(name, read.new_identity.as_ref()), identity, "{name}");
            let config =
                crate::generated::generate(&world.session, resource(&known, name), &object);
            let config = config.await;
            let found = world.session.validate(resource(&known, name), &config).await;
            assert!(errors(&found).is_empty(), "{name}: {found:#?} {config:#?}");
        }
    }
}

#[tokio::test]
async fn objects_are_read_only_if_the_query_includes_them() {
    let world = World::new().await;
    for samples in samples::resources().await {
        let name = &samples.subject.name;
        let before = world.azure.requests().len();
        all(name).run(&world).await;
        let asked = world.asked_since(before);
        // A path that ends in a type is a list.
        let lists = |line: &&String| {
            let path = line.split('?').next().unwrap();
            let types = path.rsplit("/providers/").next().unwrap();
            types.split('/').skip(1).count() % 2 == 1
        };
        assert!(asked.iter().all(|line| lists(&line)), "{name}: {asked:#?}");
        assert!(asked.len() <= 16, "{name}: {asked:#?}");
    }
    let zone = world.id("Microsoft.Network/privateDnsZones/privatelink.api.azureml.ms");
    let before = world.azure.requests().len();
    Query { filters: &[("private_dns_zone_id", &zone)], ..all(RECORD) }.run(&world).await;
    let asked = world.asked_since(before);
    assert_eq!(asked.len(), 1, "{asked:#?}");
}

#[tokio::test]
async fn filters_ignore_casing() {
    let world = World::new().await;
    world.put("Microsoft.Network/privateEndpoints/pe-cut", &world.endpoint("Disconnected", &[]));
    world
        .azure
        .put(
            &format!("/subscriptions/{}/resourceGroups/rg-other", world.azure.subscription),
            &json!({"location": "eastus"}),
        )
        .unwrap();
    let other = world.id("Microsoft.Network/privateEndpoints/pe-other");
    let other = other.replace("/rg-ai/", "/rg-other/");
    world.azure.put(&other, &world.endpoint("Approved", &[])).unwrap();
    let hub = world.id("Microsoft.MachineLearningServices/workspaces/AIREF-HUB");
    let network = world.id("microsoft.network/virtualnetworks/VNET-AI");
    let subnet = format!("{network}/subnets/snet-other");
    let check = async |name: &str, filters: &[(&str, &str)], wanted: &[&str]| {
        let mut names = Query { filters, ..all(name) }.names(&world).await;
        names.sort();
        assert_eq!(names, wanted, "{name}: {filters:?}");
    };
    check(ENDPOINT, &[], &["pe-cut", "pe-hub", "pe-other"]).await;
    check(ENDPOINT, &[("resource_group_name", "RG-AI")], &["pe-cut", "pe-hub"]).await;
    check(ENDPOINT, &[("connection_status", "Disconnected")], &["pe-cut"]).await;
    check(ENDPOINT, &[("target_resource_id", &hub)], &["pe-cut", "pe-hub", "pe-other"]).await;
    check(ENDPOINT, &[("virtual_network_id", &network), ("subnet_id", &subnet)], &[]).await;
    check("azureai_workspace", &[("kind", "Hub")], &["airef-hub"]).await;
    check("azureai_workspace", &[("hub_id", &hub)], &["airef-project"]).await;
    let storage = [("resource_type", "Microsoft.Storage/storageAccounts")];
    check(FLAG, &storage, &["aireffoundry", "airefstorage"]).await;
    let approval = "azureai_private_endpoint_connection_approval";
    check(approval, &[("connection_status", "Pending")], &["waiting of airefkv (Pending)"]).await;
    check(approval, &[("target_resource_id", &hub)], &[]).await;
    let endpoint = world.id("microsoft.network/PRIVATEENDPOINTS/PE-HUB");
    check(approval, &[("private_endpoint_id", &endpoint)], &["waiting of airefkv (Pending)"]).await;
    check(approval, &[("private_endpoint_id", &other)], &[]).await;
    let link = "azureai_private_dns_zone_virtual_network_link";
    let linked = ["link of privatelink.api.azureml.ms"];
    check(link, &[("virtual_network_id", &network)], &linked).await;
}

#[tokio::test]
async fn a_limit_ends_the_list_and_its_requests() {
    let world = World::new().await;
    let zone = "Microsoft.Network/privateDnsZones/privatelink.api.azureml.ms";
    let record = json!({"properties": {"ttl": 1, "aRecords": [{"ipv4Address": "10.0.1.9"}]}});
    for index in 0..250 {
        world.put(&format!("{zone}/A/r{index}"), &record);
    }
    let before = world.azure.requests().len();
    let names = Query { limit: 5, ..all(RECORD) }.names(&world).await;
    assert_eq!(names.len(), 5);
    let asked = world.asked_since(before);
    assert_eq!(asked.len(), 2, "a page of zones and one of records: {asked:#?}");
    let before = world.azure.requests().len();
    let events = Query { limit: 3, whole: true, ..all(RECORD) }.run(&world).await;
    assert_eq!(events.len(), 3);
    assert_eq!(world.asked_since(before).len(), 5, "and each object");
    assert_eq!(all(RECORD).names(&world).await.len(), 251, "without a limit, every page");
}

/// A list covers accounts and their projects. It does not read accounts of other kinds.
#[tokio::test]
async fn children_of_projects_are_listed_with_those_of_their_accounts() {
    let world = World::new().await;
    let account = "Microsoft.CognitiveServices/accounts/airef-services";
    let other = "Microsoft.CognitiveServices/accounts/airef-speech";
    world.put(other, &json!({"location": "eastus", "kind": "SpeechServices"}));
    let project = format!("{account}/projects/own");
    world.put(&project, &json!({"location": "eastus", "properties": {}}));
    for (parent, name) in [(account, "of-account"), (&*project, "of-project")] {
        let tool = json!({"properties": {"category": "ApiKey", "authType": "None", "target": "t"}});
        world.put(&format!("{parent}/connections/{name}"), &tool);
        let host = json!({"properties": {"provisioningState": "Succeeded"}});
        world.put(&format!("{parent}/capabilityHosts/{name}"), &host);
    }
    for name in ["azureai_foundry_connection", "azureai_foundry_capability_host"] {
        let before = world.azure.requests().len();
        let found = all(name).names(&world).await;
        for wanted in ["of-account", "of-project"] {
            assert!(found.iter().any(|it| it == wanted), "{name}: {found:?}");
        }
        let asked = world.asked_since(before);
        assert!(!asked.iter().any(|line| line.contains("airef-speech")), "{asked:#?}");
    }
}

/// A list covers user-defined rules of accounts and hubs. It does not read accounts of other kinds.
#[tokio::test]
async fn rules_of_managed_networks_are_listed_without_those_of_the_service() {
    let world = World::new().await;
    let other = "Microsoft.CognitiveServices/accounts/airef-speech";
    world.put(other, &json!({"location": "eastus", "kind": "SpeechServices"}));
    let account = "Microsoft.CognitiveServices/accounts/airef-foundry";
    let network = format!("{account}/managedNetworks/default");
    let mode = json!({"isolationMode": "AllowOnlyApprovedOutbound"});
    world.put(&network, &json!({"properties": {"managedNetwork": mode}}));
    let hub = "Microsoft.MachineLearningServices/workspaces/airef-hub";
    for (network, name) in [(&*network, "of-account"), (hub, "of-hub")] {
        for (name, category) in [(name, "UserDefined"), ("__SYS_ST_AzureMonitor", "Required")] {
            let rule = json!({"type": "FQDN", "category": category, "destination": "pypi.org"});
            let path = format!("{network}/outboundRules/{name}");
            world.put(&path, &json!({ "properties": rule }));
        }
    }
    let before = world.azure.requests().len();
    let found = all("azureai_managed_network_outbound_rule").names(&world).await;
    for wanted in ["of-account", "of-hub"] {
        assert!(found.iter().any(|it| it == wanted), "{found:?}");
    }
    assert!(!found.iter().any(|it| it.starts_with("__SYS")), "{found:?}");
    let asked = world.asked_since(before);
    assert!(!asked.iter().any(|line| line.contains("airef-speech")), "{asked:#?}");
}

#[tokio::test]
async fn one_bad_object_is_a_warning_and_the_list_goes_on() {
    let world = World::new().await;
    let names = all(FLAG).names(&world).await;
    let whole = Query { whole: true, ..all(FLAG) };
    let refuse = || Fault::status(403, "AuthorizationFailed", "You may not.").count(0);
    // An object that cannot be read.
    world.azure.fault(refuse().path("storageAccounts/airefstorage"));
    let events = whole.run(&world).await;
    assert_eq!(events.len(), names.len());
    let bad = events.iter().find(|it| it.display_name == "airefstorage").unwrap();
    assert!(bad.resource_object.is_none() && bad.identity.is_some());
    assert!(bad.diagnostic[0].detail.contains("You may not."), "{bad:#?}");
    assert_eq!(bad.diagnostic[0].severity, 2, "a warning");
    world.azure.clear_faults();
    // A type that cannot be listed.
    world.azure.fault(refuse().path("providers/Microsoft.Storage/storageAccounts"));
    let events = whole.run(&world).await;
    let (told, found): (Vec<_>, Vec<_>) = events.iter().partition(|it| it.identity.is_none());
    assert_eq!((told.len(), found.len()), (1, names.len() - 2));
    assert_eq!(told[0].diagnostic[0].severity, 2, "a warning");
    world.azure.clear_faults();
    // The only type that the query names.
    world.azure.fault(refuse().path("privateEndpoints"));
    let events = all(ENDPOINT).run(&world).await;
    assert_eq!(events.len(), 1);
    assert_eq!(errors(&events[0].diagnostic).len(), 1, "{events:#?}");
}

#[tokio::test]
async fn a_list_ends_when_the_client_disconnects() {
    let world = World::new().await;
    let zone = "Microsoft.Network/privateDnsZones/privatelink.api.azureml.ms";
    let record = json!({"properties": {"ttl": 1, "aRecords": [{"ipv4Address": "10.0.1.9"}]}});
    for index in 0..500 {
        world.put(&format!("{zone}/A/r{index}"), &record);
    }
    let request = Query { whole: true, ..all(RECORD) }.request(&world).await;
    let before = world.azure.requests().len();
    let answer = world.session.calls().list_resource(request).await;
    let mut stream = answered(RECORD, answer);
    assert!(stream.message().await.unwrap().is_some());
    drop(stream);
    // The provider ends at once, because nothing of the list is left to do.
    let World { azure, session } = world;
    session.process.shut_down().await.cleanly();
    let asked = azure.requests().len() - before;
    assert!(asked < 300, "{asked} requests for a list that nobody reads");
}

#[tokio::test]
async fn an_unknown_list_and_a_failed_sign_in_are_errors() {
    let session = crate::session::Session::start().await;
    for name in ["azureai_nothing", ENDPOINT] {
        let type_name = name.to_owned();
        let request = wire::list_resource::Request { type_name, ..Default::default() };
        let mut stream = answered(name, session.calls().list_resource(request).await);
        let event = stream.message().await.unwrap().unwrap();
        assert!(!errors(&sound(name, event.diagnostic)).is_empty());
        assert_eq!(stream.message().await.unwrap(), None);
    }
}

#[tokio::test]
async fn where_to_look_is_said_once() {
    let session = crate::session::Session::start().await;
    for subject in session.subjects().await.iter().filter(|it| it.is_list()) {
        let parents = ["private_dns_zone_id", "private_endpoint_id"];
        // A connection belongs to the target, not to the endpoint.
        let under = |it: &&str| subject.has(it) && !subject.name.ends_with("_approval");
        for parent in parents.into_iter().filter(under) {
            let mut config = World::config(&subject.shape, &[("resource_group_name", "rg-ai")]);
            config.set_entry(parent, Value::Unknown);
            assert!(session.validate(subject, &config).await.is_empty(), "not known yet");
            config.set_entry(parent, "/subscriptions/s/resourceGroups/g".into());
            let found = session.validate(subject, &config).await;
            let twice = found.iter().any(|it| it.summary == "The scope of the search is set twice");
            assert!(twice, "{}: {found:#?}", subject.name);
        }
    }
}
