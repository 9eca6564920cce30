//! A refresh of many objects in few parents lists them, rather than reading each.

use crate::cases::value;
use crate::cloud::Cloud;
use crate::lane::session;
use crate::shape::Subject;
use crate::terraform::{Object, Terraform};
use emulator::Emulator;
use futures::StreamExt;
use plugin::value::Value;
use serde_json::{Value as Json, json};

const ZONES: usize = 60;
const LINKS: usize = 8;

/// Number of objects that Terraform reads at once.
const PARALLEL: usize = 10;

/// A cloud with links in zones, and the links as a state has them.
struct Many {
    cloud: Cloud,
    links: Vec<(String, Json)>,
}

impl Many {
    fn new() -> Self {
        let cloud = Cloud::start(Emulator::builder());
        let mut links = Vec::new();
        for vnet in 0..LINKS {
            cloud.put_network(&format!("vnet-{vnet}"), &format!("10.{}.0.0/16", 100 + vnet));
        }
        for zone in 0..ZONES {
            let zone = cloud.id(&format!("Microsoft.Network/privateDnsZones/z{zone}.example.org"));
            cloud.put_zone(&zone);
            for vnet in 0..LINKS {
                let network = cloud.id(&format!("Microsoft.Network/virtualNetworks/vnet-{vnet}"));
                let id = format!("{zone}/virtualNetworkLinks/to-{vnet}");
                let properties = json!({
                    "virtualNetwork": { "id": network },
                    "registrationEnabled": false,
                    "virtualNetworkLinkState": "Completed",
                    "provisioningState": "Succeeded",
                });
                cloud.put(&id, &json!({ "location": "global", "properties": properties }));
                let state = json!({
                    "id": id,
                    "name": format!("to-{vnet}"),
                    "private_dns_zone_id": zone,
                    "virtual_network_id": network,
                    "registration_enabled": false,
                    "adopt_existing": false,
                });
                links.push((id, state));
            }
        }
        Self { cloud, links }
    }

    /// Refreshes every link and returns those that still exist.
    async fn refresh(&self, terraform: &Terraform<'_>, subject: &Subject) -> Vec<Value> {
        let reads = self.links.iter().map(|(_, state)| {
            let object = Object::of(value(&subject.shape, state));
            terraform.refresh(Some(object))
        });
        let ended: Vec<_> = futures::stream::iter(reads).buffered(PARALLEL).collect().await;
        assert!(ended.iter().all(|it| it.errors.is_empty()), "{ended:#?}");
        ended.into_iter().filter_map(|it| it.object).map(|it| it.value).collect()
    }

    /// Counts the requests since a point in the log, by the end of their path.
    fn asked(&self, since: usize) -> (usize, usize) {
        let requests = self.cloud.requests().split_off(since);
        let of_links = requests.iter().filter(|it| it.path.contains("/virtualNetworkLinks"));
        let (lists, gets): (Vec<_>, Vec<_>) =
            of_links.partition(|it| it.path.ends_with("/virtualNetworkLinks"));
        (lists.len(), gets.len())
    }
}

#[test]
fn sixty_zones_with_eight_links_each_take_sixty_lists() {
    let many = Many::new();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let folder = tempfile::tempdir().unwrap();
        let (session, subjects) = session(&many.cloud, folder.path()).await;
        let named = |it: &&Subject| it.name == "azureai_private_dns_zone_virtual_network_link";
        let subject = subjects.iter().find(named).unwrap();
        let terraform = Terraform { session: &session, subject };

        let before = many.cloud.requests().len();
        assert_eq!(many.refresh(&terraform, subject).await.len(), ZONES * LINKS);
        assert_eq!(many.asked(before), (ZONES, 0));

        // The next refresh sees changes from outside: it reads a missing link twice, and lists the
        // rest as before.
        let (gone, drifted) = (&many.links[5].0, &many.links[77].0);
        many.cloud.delete(gone);
        many.cloud.patch(drifted, &json!({ "properties": { "registrationEnabled": true } }));
        let before = many.cloud.requests().len();
        let found = many.refresh(&terraform, subject).await;
        assert_eq!(many.asked(before), (ZONES, 1));
        assert_eq!(found.len(), ZONES * LINKS - 1);
        let has = |it: &&Value| it.get("registration_enabled").as_bool() == Some(true);
        let changed: Vec<_> = found.iter().filter(has).map(|it| it.get("id").as_str()).collect();
        assert_eq!(changed, [Some(drifted.as_str())]);
    });
}
