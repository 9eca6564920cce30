//! An emulator for calls that need Azure, and a provider that is signed in to it.

use crate::moves;
use crate::process::Start;
use crate::session::{Session, errors};
use emulator::Emulator;
use plugin::value::Value;
use serde_json::{Value as Json, json};

/// An emulator, and a provider that is configured for it.
pub(crate) struct World {
    pub(crate) azure: Emulator,
    pub(crate) session: Session,
}

const NETWORK: &str = "Microsoft.Network";

/// Returns the settings of a process with the credentials of an emulator.
pub(crate) fn signed_in(azure: &Emulator, start: Start) -> Start {
    [
        ("SSL_CERT_FILE", azure.ca.display().to_string()),
        ("ARM_METADATA_HOSTNAME", azure.host.clone()),
        ("ARM_SUBSCRIPTION_ID", azure.subscription.clone()),
        ("ARM_TENANT_ID", azure.tenant.clone()),
        ("ARM_CLIENT_ID", azure.client_id.clone()),
        ("ARM_CLIENT_SECRET", azure.client_secret.clone()),
    ]
    .iter()
    .fold(start, |start, (name, value)| start.variable(name, value))
}

impl World {
    /// Creates one of each object: a zone with a link and a record, and an endpoint with a zone
    /// group and an application security group.
    pub(crate) async fn new() -> Self {
        let azure = Emulator::builder().start().await.unwrap();
        let start = signed_in(&azure, Start::plaintext());
        let world = Self { azure, session: Session::of(start.run().await).await };
        let known = world.session.subjects().await;
        let found = world.session.configure(&known[0], &known[0].shape.empty()).await;
        assert!(errors(&found).is_empty(), "{found:#?}");
        world.fill();
        world
    }

    /// Returns the ID of the object at a path in the resource group.
    pub(crate) fn id(&self, path: &str) -> String {
        format!("{}/providers/{path}", self.azure.group_id())
    }

    pub(crate) fn put(&self, path: &str, body: &Json) {
        self.azure.put(&self.id(path), body).unwrap();
    }

    fn fill(&self) {
        let zone = format!("{NETWORK}/privateDnsZones/privatelink.api.azureml.ms");
        self.put(&zone, &json!({"location": "global"}));
        let network = self.id(&format!("{NETWORK}/virtualNetworks/vnet-ai"));
        let link = json!({"virtualNetwork": {"id": network}, "registrationEnabled": false});
        self.put(
            &format!("{zone}/virtualNetworkLinks/link"),
            &json!({"location": "global", "properties": link}),
        );
        let record = json!({"ttl": 10, "aRecords": [{"ipv4Address": "10.0.1.5"}]});
        self.put(&format!("{zone}/A/www"), &json!({ "properties": record }));
        let asg = format!("{NETWORK}/applicationSecurityGroups/asg-ai");
        self.put(&asg, &json!({"location": "eastus"}));
        let endpoint = format!("{NETWORK}/privateEndpoints/pe-hub");
        self.put(&endpoint, &self.endpoint("Approved", &[&self.id(&asg)]));
        let config = json!({"name": "api", "properties": {"privateDnsZoneId": self.id(&zone)}});
        self.put(
            &format!("{endpoint}/privateDnsZoneGroups/default"),
            &json!({"properties": {"privateDnsZoneConfigs": [config]}}),
        );
        let state = json!({"status": "Pending", "description": "Let us in."});
        let connection = json!({
            "privateEndpoint": {"id": self.id(&endpoint)},
            "privateLinkServiceConnectionState": state,
        });
        self.put(
            "Microsoft.KeyVault/vaults/airefkv/privateEndpointConnections/waiting",
            &json!({ "properties": connection }),
        );
        let account = "Microsoft.CognitiveServices/accounts/airef-services";
        let manages = json!({"properties": {"allowProjectManagement": true}});
        self.azure.patch(&self.id(account), &manages).unwrap();
        let identity = json!({"type": "SystemAssigned"});
        self.put(
            &format!("{account}/projects/speech"),
            &json!({"location": "eastus", "identity": identity, "properties": {}}),
        );
        self.fill_up();
    }

    /// Creates the objects of azapi's states whose type has no object yet.
    fn fill_up(&self) {
        for (id, properties) in moves::objects(&self.azure.group_id()) {
            let ty = |id: &str| {
                let types = id.rsplit("/providers/").next().unwrap().to_ascii_lowercase();
                types.split('/').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>()
            };
            let known = self.azure.resources();
            if !known.iter().any(|it| it["id"].as_str().is_some_and(|it| ty(it) == ty(&id))) {
                self.azure.put(&id, &json!({ "properties": properties })).unwrap();
            }
        }
    }

    /// Returns the body of an endpoint to the workspace in these application security groups.
    pub(crate) fn endpoint(&self, status: &str, groups: &[&str]) -> Json {
        let subnet = self.id(&format!("{NETWORK}/virtualNetworks/vnet-ai/subnets/snet-pe"));
        let hub = self.id("Microsoft.MachineLearningServices/workspaces/airef-hub");
        let groups: Vec<Json> = groups.iter().map(|id| json!({ "id": id })).collect();
        let connection = json!({"name": "hub", "properties": {
            "privateLinkServiceId": hub,
            "groupIds": ["amlworkspace"],
            "privateLinkServiceConnectionState": {"status": status},
        }});
        json!({"location": "eastus", "properties": {
            "provisioningState": "Succeeded",
            "subnet": {"id": subnet},
            "applicationSecurityGroups": groups,
            "manualPrivateLinkServiceConnections": [],
            "ipConfigurations": [],
            "networkInterfaces": [],
            "customDnsConfigs": [],
            "privateLinkServiceConnections": [connection],
        }})
    }

    /// Returns the GET requests since a count of all requests.
    pub(crate) fn asked_since(&self, before: usize) -> Vec<String> {
        let all = self.azure.requests();
        let asked = all[before..].iter().filter(|it| it.path.contains("/subscriptions/"));
        asked.map(|it| format!("{} {}", it.method, it.path)).collect()
    }

    /// Returns a configuration with these attributes.
    pub(crate) fn config(shape: &crate::shape::Shape, members: &[(&str, &str)]) -> Value {
        let mut config = shape.empty();
        for (name, value) in members {
            config.set_entry(name, Value::from(*value));
        }
        config
    }
}
