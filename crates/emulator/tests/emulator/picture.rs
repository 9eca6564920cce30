//! The picture on the page: what it draws of a world, in which color, and how much of a large one.

use serde_json::{Value, json};

use crate::client::Client;
use crate::managed_network::{isolated, may_approve, network, store, to};

impl Client {
    /// The picture's section of the page.
    async fn picture(&self) -> String {
        let page = self.page("").await.text().await.expect("a page");
        let (_, rest) = page.split_once("<section id=\"picture\">").expect("the picture");
        rest.split_once("</section>").expect("its end").0.to_owned()
    }

    /// Puts a resource as it is.
    fn set(&self, id: &str, properties: &Value) {
        let body = json!({ "location": "eastus", "properties": properties });
        self.emulator.put(id, &body).expect("a resource");
    }
}

/// A world with something of everything, for the picture and for browsers.
pub(crate) async fn world(client: &Client) {
    let zone = client.network("privateDnsZones/privatelink.api.azureml.ms");
    client.make(&zone, &json!({ "location": "global" })).await;
    let linked = json!({ "location": "global", "properties": {
        "virtualNetwork": { "id": client.network("virtualNetworks/vnet-ai") },
        "registrationEnabled": false,
    } });
    client.make(&format!("{zone}/virtualNetworkLinks/link-ai"), &linked).await;
    let lone = client.network("privateDnsZones/privatelink.notebooks.azure.net");
    client.make(&lone, &json!({ "location": "global" })).await;
    let gone = json!({ "virtualNetwork": { "id": client.network("virtualNetworks/vnet-gone") } });
    client.set(&format!("{lone}/virtualNetworkLinks/link-gone"), &gone);
    let endpoint = client.network("privateEndpoints/pe-hub");
    client.make(&endpoint, &client.endpoint(&client.hub(), "amlworkspace")).await;
    let group = json!({ "properties": { "privateDnsZoneConfigs": [
        { "name": "one", "properties": { "privateDnsZoneId": zone } },
        { "name": "two", "properties": { "privateDnsZoneId": lone } },
    ] } });
    client.make(&format!("{endpoint}/privateDnsZoneGroups/default"), &group).await;
    let mut manual = client.endpoint(&store(client, "airefstorage"), "blob");
    let connections = manual["properties"]["privateLinkServiceConnections"].take();
    manual["properties"] = json!({
        "subnet": manual["properties"]["subnet"],
        "manualPrivateLinkServiceConnections": connections,
    });
    client.make(&client.network("privateEndpoints/pe-manual"), &manual).await;
    let off = json!({ "properties": { "publicNetworkAccess": "Disabled" } });
    let accepted = client.patch(&client.hub(), &off).await;
    client.end(accepted).await;
    let vault = client.id("Microsoft.KeyVault/vaults/airefkv");
    let deny = json!({ "properties": { "networkAcls": { "defaultAction": "Deny" } } });
    client.emulator.patch(&vault, &deny).expect("a change");
    client.emulator.patch(&store(client, "airefstorage"), &off).expect("a change");
    let foundry = crate::managed_network::account(client);
    may_approve(client, &foundry, &client.emulator.group_id()).await;
    client.make(&network(client), &isolated("AllowOnlyApprovedOutbound")).await;
    let rule = to(&store(client, "aireffoundry"), "blob");
    client.make(&format!("{}/outboundRules/stores", network(client)), &rule).await;
    let name = json!({ "properties": { "type": "FQDN", "destination": "pypi.org" } });
    client.make(&format!("{}/outboundRules/packages", network(client)), &name).await;
}

#[tokio::test]
async fn the_default_world_is_open_to_the_internet() {
    let client = Client::start().await;
    let picture = client.picture().await;
    let summary = "10 targets (10 open to the internet), 0 private endpoints, 1 network, 0 private";
    assert!(picture.contains(summary), "{picture}");
    assert_eq!(picture.matches("class=\"target bad\"").count(), 11, "ten targets, one internet");
    assert_eq!(picture.matches("<path class=\"edge bad\" d=\"M1121").count(), 10);
    assert!(picture.contains("agents") && picture.contains("snet-pe  10.0.1.0/24"));
    assert_eq!(client.picture().await, picture, "one world has one picture");
}

#[tokio::test]
async fn connections_links_and_exposures_are_drawn() {
    let client = Client::start().await;
    world(&client).await;
    let picture = client.picture().await;
    for shown in [
        // The lines, by their tips.
        "edge good\" d=",
        "<title>pe-hub to airef-hub, amlworkspace: Approved</title>",
        "<title>pe-manual to airefstorage, blob: Pending</title>",
        "<title>stores to aireffoundry, blob: Active</title>",
        "<title>privatelink.api.azureml.ms and vnet-ai: linked</title>",
        "<title>privatelink.notebooks.azure.net and vnet-ai: no link</title>",
        "<title>privatelink.notebooks.azure.net and vnet-gone: the network does not exist</title>",
        "<title>airefkv: selected networks</title>",
        // The texts.
        ">amlworkspace · Approved<",
        ">hub · private<",
        ">key vault · selected networks<",
        ">storage account · closed, no private endpoint<",
        ">Foundry account · open to the internet<",
        ">Managed network of airef-foundry<",
        ">AllowOnlyApprovedOutbound · Active<",
        ">FQDN pypi.org · Active<",
        ">linked to missing vnet-gone<",
        ">no link to vnet-ai<",
        ">reaches<",
    ] {
        assert!(picture.contains(shown), "{shown} is not in {picture}");
    }
    let page = client.page("").await.text().await.expect("a page");
    for shown in ["vnet-gone does not exist", "no link to vnet-ai", "aireffoundry blob, Active"] {
        assert!(page.contains(shown), "{shown} is not in a table");
    }
    assert!(!picture.contains("Not drawn"), "{picture}");
}

#[tokio::test]
async fn network_rules_and_perimeters_decide_the_exposure() {
    let client = Client::start().await;
    let search = client.id("Microsoft.Search/searchServices/airef-search");
    let cosmos = client.id("Microsoft.DocumentDB/databaseAccounts/airef-cosmos");
    let vault = client.id("Microsoft.KeyVault/vaults/airefkv");
    let address = json!([{ "value": "203.0.113.7" }]);
    let ranges = json!([{ "ipAddressOrRange": "203.0.113.7" }]);
    let member = json!({ "accessMode": "Enforced", "privateLinkResource": { "id": vault } });
    let association = client.network("networkSecurityPerimeters/own/resourceAssociations/one");
    for (id, change, says) in [
        (&search, json!({ "networkRuleSet": { "ipRules": address } }), "selected networks"),
        (&cosmos, json!({ "ipRules": ranges }), "selected networks"),
        (&vault, json!({ "networkAcls": { "defaultAction": "Allow" } }), "open to the internet"),
        (&vault, json!({ "publicNetworkAccess": "disabled" }), "closed, no private endpoint"),
        (&vault, json!({ "publicNetworkAccess": "SecuredByPerimeter" }), "closed, no private"),
    ] {
        client.emulator.patch(id, &json!({ "properties": change })).expect("a change");
        let picture = client.picture().await;
        let name = id.rsplit('/').next().expect("a name");
        let (_, rest) = picture.split_once(&format!(">{name}<")).expect("the target");
        assert!(rest.split('<').nth(1).is_some_and(|text| text.contains(says)), "{name}: {rest}");
    }
    client.set(&association, &member);
    assert!(client.picture().await.contains("key vault · network security perimeter"));
}

#[tokio::test]
async fn a_large_world_is_drawn_in_part() {
    let client = Client::start().await;
    let subnet = client.network("virtualNetworks/vnet-ai/subnets/snet-pe");
    for number in 0..300 {
        let target = store(&client, &format!("many{number}"));
        client.set(&target, &json!({ "publicNetworkAccess": "Enabled" }));
        let connection = json!({ "privateLinkServiceId": target, "groupIds": ["blob"] });
        let own = json!({
            "subnet": { "id": subnet },
            "privateLinkServiceConnections": [{ "name": "one", "properties": connection }],
        });
        client.set(&client.network(&format!("privateEndpoints/pe-{number}")), &own);
        let zone = client.network(&format!("privateDnsZones/zone{number}.example"));
        client.set(&zone, &json!({}));
    }
    let picture = client.picture().await;
    let says = "Not drawn: 260 private endpoints and outbound rules, 270 targets, 260 private DNS \
                zones. The tables below list all of them.";
    assert!(picture.contains(says), "{picture}");
    assert!(picture.len() < 100_000, "{} characters", picture.len());
}
