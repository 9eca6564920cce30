//! Objects that a configuration wants to make, somebody else's objects of the same names, and what
//! becomes of both when something goes wrong.

use emulator::{Fault, FaultKind};
use serde_json::{Value, json};

use crate::cloud::without_noise;
use crate::outcome::Outcome;
use crate::world::World;

/// What is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Zone,
    Link,
    Record,
    Endpoint,
}

/// How somebody else's object looks beside the one that is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// Nobody could tell one from the other.
    Same,
    /// It has tags of its own, and a link registers machines.
    Other,
}

/// What has to become of somebody else's object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// "Exists already": nothing on record, theirs as it was.
    Refused,
    /// The same, but what came between look and write was written over: the service has no
    /// condition for that.
    Overwritten,
    /// Refused, or on record as it is: nobody can know who has made it.
    Either,
    /// The same of what was written over: no answer tells that it was there.
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

    /// The name of an object.
    pub fn name(self, key: &str) -> String {
        match self {
            Self::Zone => format!("{key}.internal"),
            Self::Link => format!("link-{key}"),
            Self::Record => key.to_owned(),
            Self::Endpoint => format!("pe-{key}"),
        }
    }

    /// Where an object is, below the resource group.
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

    /// What the paths have in common at which its operations are asked for.
    pub fn polls(self) -> &'static str {
        if self == Self::Endpoint { "/locations/eastus/operation" } else { "/privateDnsOperation" }
    }

    /// The configuration of these objects, with something more in each.
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

/// A world in which objects are wanted.
pub struct Story {
    pub world: World,
    pub kind: Kind,
    pub keys: Vec<&'static str>,
    /// What is in our objects beside what must be.
    tags: &'static str,
    /// All that is somebody else's: the key, the ID and the body.
    theirs: Vec<(&'static str, String, Value)>,
    /// How many requests were made before the story begins.
    begun: usize,
}

impl Story {
    /// Nothing of these names is there.
    pub fn of_nothing(kind: Kind, keys: &[&'static str]) -> Self {
        let story = Self {
            world: World::new(),
            kind,
            keys: keys.to_vec(),
            tags: "  tags = { owner = \"us\" }\n",
            theirs: Vec::new(),
            begun: 0,
        };
        for key in keys.iter().filter(|_| [Kind::Link, Kind::Record].contains(&kind)) {
            story.world.cloud.put_zone(&Kind::Zone.path(key));
        }
        story.world.config(&story.hcl(""));
        story
    }

    /// Somebody else has objects of these names, of which Terraform knows nothing.
    pub fn of_theirs(kind: Kind, content: Content, keys: &[&'static str]) -> Self {
        let mut story = Self::of_nothing(kind, keys);
        let cloud = &story.world.cloud;
        let before = cloud.everything();
        let (ours, theirs) = match content {
            Content::Same => ("", ""),
            Content::Other => (story.tags, "  tags = { owner = \"them\", cost = \"42\" }\n"),
        };
        story.world.config(&kind.hcl(keys, theirs));
        story.world.apply().creates(keys.len());
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
        story.world.forget_everything();
        story.tags = ours;
        story.world.config(&story.hcl(""));
        story.theirs = story.grown_since(&before);
        story.begun = story.world.cloud.requests().len();
        story
    }

    /// They do not have them yet: they come just before the requests that would make ours.
    pub fn of_theirs_to_come(kind: Kind, content: Content, keys: &[&'static str]) -> Self {
        let mut story = Self::of_theirs(kind, content, keys);
        for key in keys {
            story.world.cloud.delete(&kind.path(key));
        }
        for (key, id, body) in &mut story.theirs {
            *body = without_noise(body);
            let put = FaultKind::Put { id: id.clone(), body: body.clone() };
            story.world.cloud.fault(Fault::new(put).method("PUT").path(&kind.path(key)));
        }
        story
    }

    /// All that has come since then, the last ID first: an endpoint before what refers to it.
    pub fn grown_since(
        &self,
        before: &std::collections::BTreeMap<String, Value>,
    ) -> Vec<(&'static str, String, Value)> {
        let grown = self.world.cloud.everything().into_values().rev();
        let grown = grown.filter(|body| {
            !before.contains_key(&body["id"].as_str().unwrap_or_default().to_lowercase())
        });
        grown
            .map(|body| {
                let id = body["id"].as_str().unwrap().to_owned();
                let text = body.to_string();
                let named = |key: &&&'static str| text.contains(&self.kind.path(key));
                let key = self.keys.iter().find(named).expect("it belongs to one of them");
                (*key, id.clone(), self.world.cloud.get(&id).unwrap())
            })
            .collect()
    }

    /// Our configuration, with something more in each object.
    pub fn hcl(&self, more: &str) -> String {
        self.kind.hcl(&self.keys, &[self.tags, more].concat())
    }

    /// Orders what goes wrong with the request that makes an object.
    pub fn order(&self, key: &str, fault: Fault) {
        self.world.cloud.fault(fault.method("PUT").path(&self.kind.path(key)));
    }

    /// Whether a request that makes an object was accepted.
    pub fn is_accepted(&self, key: &str) -> bool {
        let path = self.world.cloud.id(&self.kind.path(key));
        let made = |it: &emulator::Request| {
            it.method == "PUT" && it.path == path && (200..300).contains(&it.status)
        };
        self.world.cloud.requests().iter().skip(self.begun).any(made)
    }

    /// Whether it was accepted, and the provider knows and has asked how it goes on.
    pub fn is_under_way(&self, key: &str) -> bool {
        let polls = self.kind.polls();
        let polled = |it: &emulator::Request| it.method == "GET" && it.path.contains(polls);
        self.is_accepted(key) && self.world.cloud.requests().iter().skip(self.begun).any(polled)
    }

    /// Compares what became of each with the verdict on it.
    #[track_caller]
    pub fn is_judged(&self, outcome: &Outcome, verdict: impl Fn(&str) -> Verdict) {
        let wrong: Vec<_> = self
            .keys
            .iter()
            .filter_map(|key| {
                let (verdict, found) = (verdict(key), self.found(key));
                let name = self.kind.name(key);
                let told = outcome.said(&format!("{name:?} already exists"))
                    || outcome.said(&format!("{name:?} of \"{key}.internal\" already exists"));
                let refused = found.record.is_empty() && told;
                let right = match verdict {
                    Verdict::Refused => refused && found.theirs.is_empty(),
                    Verdict::Overwritten => refused && found.is_there,
                    Verdict::Either => {
                        let taken = found.record == "is on record";
                        (refused || taken) && found.theirs.is_empty()
                    }
                    Verdict::EitherOverwritten => {
                        (refused || found.record == "is on record") && found.is_there
                    }
                };
                let told = if told { "" } else { "not told" };
                let words = format!("{key}: {} {} {told}", found.record, found.theirs.join(", "));
                (!right).then(|| format!("{words}; should be {verdict:?}"))
            })
            .collect();
        assert!(wrong.is_empty(), "{:?}: {wrong:#?}", self.kind);
    }

    /// Nothing of ours is on record, and theirs is as it was.
    #[track_caller]
    pub fn is_left_alone(&self) {
        for key in &self.keys {
            let found = self.found(key);
            let wrong = [found.record, &found.theirs.join(", ")].concat();
            assert!(wrong.is_empty(), "{:?} {key}: {wrong}", self.kind);
        }
    }

    /// Each is refused, theirs is as it was, and so it stays.
    #[track_caller]
    pub fn is_refused(&self, outcome: &Outcome) {
        self.is_judged(outcome, |_| Verdict::Refused);
    }

    fn found(&self, key: &str) -> Found {
        let instance = self.world.instance(&self.kind.address(key));
        let record = match instance["status"].as_str() {
            _ if instance.is_null() => "",
            Some(_) => "is on record as tainted",
            None => "is on record",
        };
        let own = self.theirs.iter().filter(|(owner, ..)| *owner == key);
        let theirs = own.filter_map(|(_, id, body)| {
            let now = self.world.cloud.get(id).unwrap_or_default();
            // What came by an order has got its etag only then.
            let exact = body.get("etag").is_some();
            let now = if exact { now } else { without_noise(&now) };
            let short = id.rsplit_once("/providers/").unwrap().1;
            match &now {
                Value::Null => Some(format!("{short} is gone")),
                now if now != body => Some(format!("{short} is not as it was")),
                _ => None,
            }
        });
        let is_there = self.world.cloud.has(&self.kind.path(key));
        Found { record, theirs: theirs.collect(), is_there }
    }
}

/// What became of one.
struct Found {
    record: &'static str,
    /// What became of theirs that should not.
    theirs: Vec<String>,
    is_there: bool,
}

/// What goes wrong with a request that makes an object, by a short name for it: nothing; operations
/// that fail, where there are any; a cut connection and a lost answer; refusals that pass.
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

/// The short names of all of them.
pub fn keys(kind: Kind) -> Vec<&'static str> {
    faults(kind).into_iter().map(|(key, _)| key).collect()
}
