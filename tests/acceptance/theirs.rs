//! Creation of objects whose names other clients' objects may have, and the expected outcome for
//! both when something goes wrong.

use emulator::{Fault, FaultKind};
use serde_json::{Value, json};

use crate::cloud::without_noise;
use crate::outcome::Outcome;
use crate::world::World;

/// Kind of the objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Zone,
    Link,
    Record,
    Endpoint,
}

/// Content of another client's object, compared with the configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// Equal to the configuration.
    Same,
    /// Other tags, and a link with registration.
    Other,
}

/// Expected outcome for another client's object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// "already exists": the state has nothing, and the other client's object is unchanged.
    Rejected,
    /// Rejected, but an object that came between read and write was overwritten: the service has no
    /// condition for that.
    Overwritten,
    /// Rejected, or in the state unchanged: the provider cannot know who created it.
    Either,
    /// Rejected, or in the state, after an overwrite: no response shows that the object existed.
    EitherOverwritten,
}

impl Kind {
    fn resource(self) -> &'static str {
        match self {
            Self::Zone => "azureai_private_dns_zone",
            Self::Link => "azureai_private_dns_zone_virtual_network_link",
            Self::Record => "azureai_private_dns_a_record",
            Self::Endpoint => "azureai_private_endpoint",
        }
    }

    /// Returns the name of an object.
    pub fn name(self, key: &str) -> String {
        match self {
            Self::Zone => format!("{key}.internal"),
            Self::Link => format!("link-{key}"),
            Self::Record => key.to_owned(),
            Self::Endpoint => format!("pe-{key}"),
        }
    }

    /// Returns the path of an object below the resource group.
    pub fn path(self, key: &str) -> String {
        let name = self.name(key);
        let zone = format!("Microsoft.Network/privateDnsZones/{key}.internal");
        match self {
            Self::Zone => zone,
            Self::Link => format!("{zone}/virtualNetworkLinks/{name}"),
            Self::Record => format!("{zone}/A/{name}"),
            Self::Endpoint => format!("Microsoft.Network/privateEndpoints/{name}"),
        }
    }

    pub fn address(self, key: &str) -> String {
        format!("{}.it[\"{key}\"]", self.resource())
    }

    /// Returns the common part of the paths of its operations.
    pub fn operation_path(self) -> &'static str {
        if self == Self::Endpoint { "/locations/eastus/operation" } else { "/privateDnsOperation" }
    }

    /// Returns the configuration of these objects with these arguments in each.
    pub fn hcl(self, keys: &[&str], more: &str) -> String {
        let arguments = match self {
            Self::Zone => {
                r#"
  name                = "${each.key}.internal"
  resource_group_name = "rg-ai""#
            }
            Self::Link => {
                r#"
  name                = "link-${each.key}"
  private_dns_zone_id = "${local.network}/privateDnsZones/${each.key}.internal"
  virtual_network_id  = local.vnet"#
            }
            Self::Record => {
                r#"
  name                = each.key
  private_dns_zone_id = "${local.network}/privateDnsZones/${each.key}.internal"
  ttl                 = 300
  records             = ["10.0.1.9"]"#
            }
            Self::Endpoint => {
                r#"
  name                = "pe-${each.key}"
  resource_group_name = "rg-ai"
  subnet_id           = local.subnet
  private_service_connection {
    name                           = "storage"
    private_connection_resource_id = local.storage
    subresource_names              = ["blob"]
  }"#
            }
        };
        format!(
            "resource {:?} \"it\" {{\n  for_each = toset({keys:?}){arguments}\n{more}}}\n",
            self.resource()
        )
    }
}

/// World in which a configuration creates objects.
pub struct Creation {
    pub world: World,
    pub kind: Kind,
    pub keys: Vec<&'static str>,
    /// Optional arguments of the configured objects.
    tags: &'static str,
    /// Objects of another client: the key, the ID, and the body.
    others: Vec<(&'static str, String, Value)>,
    /// Number of requests before the test begins.
    requests_before: usize,
}

impl Creation {
    /// Returns a world without objects of these names.
    pub fn of_new(kind: Kind, keys: &[&'static str]) -> Self {
        let creation = Self {
            world: World::new(),
            kind,
            keys: keys.to_vec(),
            tags: "  tags = { owner = \"us\" }\n",
            others: Vec::new(),
            requests_before: 0,
        };
        for key in keys.iter().filter(|_| [Kind::Link, Kind::Record].contains(&kind)) {
            creation.world.cloud.put_zone(&Kind::Zone.path(key));
        }
        creation.world.config(&creation.hcl(""));
        creation
    }

    /// Returns a world in which another client has objects of these names, which the state does not
    /// have.
    pub fn of_existing(kind: Kind, content: Content, keys: &[&'static str]) -> Self {
        let mut creation = Self::of_new(kind, keys);
        let cloud = &creation.world.cloud;
        let before = cloud.everything();
        let (own, others) = match content {
            Content::Same => ("", ""),
            Content::Other => (creation.tags, "  tags = { owner = \"them\", cost = \"42\" }\n"),
        };
        creation.world.config(&kind.hcl(keys, others));
        creation.world.apply().creates(keys.len());
        for key in keys {
            let path = kind.path(key);
            match kind {
                Kind::Zone => {
                    let precious = json!({"ttl": 60, "aRecords": [{"ipv4Address": "10.0.1.66"}]});
                    cloud.put(&format!("{path}/A/precious"), &json!({"properties": precious}));
                }
                Kind::Link if content == Content::Other => {
                    let registers = json!({"properties": {"registrationEnabled": true}});
                    cloud.patch(&path, &registers);
                }
                _ => {}
            }
        }
        creation.world.forget_everything();
        creation.tags = own;
        creation.world.config(&creation.hcl(""));
        creation.others = creation.created_since(&before);
        creation.requests_before = creation.world.cloud.requests().len();
        creation
    }

    /// Returns a world in which another client creates the objects just before the provider's
    /// requests.
    pub fn of_concurrent(kind: Kind, content: Content, keys: &[&'static str]) -> Self {
        let mut creation = Self::of_existing(kind, content, keys);
        for key in keys {
            creation.world.cloud.delete(&kind.path(key));
        }
        for (key, id, body) in &mut creation.others {
            *body = without_noise(body);
            let put = FaultKind::Put { id: id.clone(), body: body.clone() };
            creation.world.cloud.fault(Fault::new(put).method("PUT").path(&kind.path(key)));
        }
        creation
    }

    /// Returns the objects that were created since `before`, the last ID first: an endpoint before
    /// what refers to it.
    pub fn created_since(
        &self,
        before: &std::collections::BTreeMap<String, Value>,
    ) -> Vec<(&'static str, String, Value)> {
        let created = self.world.cloud.everything().into_values().rev();
        let created = created.filter(|body| {
            !before.contains_key(&body["id"].as_str().unwrap_or_default().to_lowercase())
        });
        created
            .map(|body| {
                let id = body["id"].as_str().unwrap().to_owned();
                let text = body.to_string();
                let named = |key: &&&'static str| text.contains(&self.kind.path(key));
                let key = self.keys.iter().find(named).expect("it belongs to one of them");
                (*key, id.clone(), self.world.cloud.get(&id).unwrap())
            })
            .collect()
    }

    /// Returns the configuration with these arguments in each object.
    pub fn hcl(&self, more: &str) -> String {
        self.kind.hcl(&self.keys, &[self.tags, more].concat())
    }

    /// Adds a fault to the request that creates an object.
    pub fn add_fault(&self, key: &str, fault: Fault) {
        self.world.cloud.fault(fault.method("PUT").path(&self.kind.path(key)));
    }

    /// Returns `true` if Azure accepted a request that creates the object.
    pub fn is_accepted(&self, key: &str) -> bool {
        let path = self.world.cloud.id(&self.kind.path(key));
        let made = |it: &emulator::Request| {
            it.method == "PUT" && it.path == path && (200..300).contains(&it.status)
        };
        self.world.cloud.requests().iter().skip(self.requests_before).any(made)
    }

    /// Returns `true` if Azure accepted the request and the provider has polled its operation.
    pub fn is_polled(&self, key: &str) -> bool {
        let polls = self.kind.operation_path();
        let polled = |it: &emulator::Request| it.method == "GET" && it.path.contains(polls);
        self.is_accepted(key)
            && self.world.cloud.requests().iter().skip(self.requests_before).any(polled)
    }

    /// Asserts that each object has its expected outcome.
    #[track_caller]
    pub fn has_outcomes(&self, outcome: &Outcome, expected: impl Fn(&str) -> Expected) {
        let wrong: Vec<_> = self
            .keys
            .iter()
            .filter_map(|key| {
                let (expected, found) = (expected(key), self.found(key));
                let name = self.kind.name(key);
                let reported = outcome.said(&format!("{name:?} already exists"))
                    || outcome.said(&format!("{name:?} of \"{key}.internal\" already exists"));
                let rejected = found.record.is_empty() && reported;
                let right = match expected {
                    Expected::Rejected => rejected && found.others.is_empty(),
                    Expected::Overwritten => rejected && found.is_there,
                    Expected::Either => {
                        let adopted = found.record == "is in the state";
                        (rejected || adopted) && found.others.is_empty()
                    }
                    Expected::EitherOverwritten => {
                        (rejected || found.record == "is in the state") && found.is_there
                    }
                };
                let reported = if reported { "" } else { "not reported" };
                let words =
                    format!("{key}: {} {} {reported}", found.record, found.others.join(", "));
                (!right).then(|| format!("{words}; should be {expected:?}"))
            })
            .collect();
        assert!(wrong.is_empty(), "{:?}: {wrong:#?}", self.kind);
    }

    /// Asserts that the state has none of the objects, and that the other client's objects are
    /// unchanged.
    #[track_caller]
    pub fn is_unchanged(&self) {
        for key in &self.keys {
            let found = self.found(key);
            let wrong = [found.record, &found.others.join(", ")].concat();
            assert!(wrong.is_empty(), "{:?} {key}: {wrong}", self.kind);
        }
    }

    /// Asserts that every creation was rejected, and that the other client's objects are unchanged.
    #[track_caller]
    pub fn is_rejected(&self, outcome: &Outcome) {
        self.has_outcomes(outcome, |_| Expected::Rejected);
    }

    fn found(&self, key: &str) -> Found {
        let instance = self.world.instance(&self.kind.address(key));
        let record = match instance["status"].as_str() {
            _ if instance.is_null() => "",
            Some(_) => "is in the state as tainted",
            None => "is in the state",
        };
        let own = self.others.iter().filter(|(owner, ..)| *owner == key);
        let others = own.filter_map(|(_, id, body)| {
            let now = self.world.cloud.get(id).unwrap_or_default();
            // An object that a fault created has got its ETag only then.
            let exact = body.get("etag").is_some();
            let now = if exact { now } else { without_noise(&now) };
            let short = id.rsplit_once("/providers/").unwrap().1;
            match &now {
                Value::Null => Some(format!("{short} no longer exists")),
                now if now != body => Some(format!("{short} has changed")),
                _ => None,
            }
        });
        let is_there = self.world.cloud.has(&self.kind.path(key));
        Found { record, others: others.collect(), is_there }
    }
}

/// Outcome for one object.
struct Found {
    record: &'static str,
    /// Unexpected changes of the other client's objects.
    others: Vec<String>,
    is_there: bool,
}

/// Returns the faults of a request that creates an object, by short names: none, failed operations
/// if the service has operations, a cut connection, a lost response, and transient errors.
pub fn faults(kind: Kind) -> Vec<(&'static str, Option<Fault>)> {
    let status = |status, code| Some(Fault::status(status, code, "A moment, please."));
    let fails = |code| Some(Fault::operation(code, "The fabric broke."));
    let mut faults = vec![
        ("calm", None),
        ("cut", Some(Fault::new(FaultKind::ResetBefore))),
        ("lost", Some(Fault::new(FaultKind::ResetAfter))),
        ("s408", status(408, "RequestTimeout")),
        ("s429", status(429, "TooManyRequests")),
        ("s500", status(500, "InternalServerError")),
        ("s502", status(502, "BadGateway")),
        ("s503", status(503, "ServiceUnavailable")),
        ("s504", status(504, "GatewayTimeout")),
    ];
    if kind != Kind::Record {
        faults.extend([
            ("retryable", fails("RetryableError")),
            ("another", fails("AnotherOperationInProgress")),
            ("broken", fails("InternalServerError").map(|fault| fault.count(0))),
        ]);
    }
    faults
}

/// Returns the short names of the faults.
pub fn keys(kind: Kind) -> Vec<&'static str> {
    faults(kind).into_iter().map(|(key, _)| key).collect()
}
