//! Managed networks of hubs and of accounts of AI services: what a body may say of one, and whose
//! it is.

use serde_json::{Value, json};

use crate::arm_error::ArmError;
use crate::body;
use crate::resource_id::{ResourceId, same};
use crate::world::World;
use crate::world::store::Resource;

/// No isolation.
pub(super) const DISABLED: &str = "Disabled";

/// Only private endpoints are the network's own; everything else is open.
pub(super) const INTERNET: &str = "AllowInternetOutbound";

/// Nothing is open but what rules allow.
pub(super) const APPROVED: &str = "AllowOnlyApprovedOutbound";

/// The modes; a network goes forward in this list only.
const MODES: [&str; 3] = [DISABLED, INTERNET, APPROVED];

/// What a network says of itself; a request may echo what only the service writes.
const NAMES: [&str; 12] = [
    "changeableIsolationModes",
    "enableFirewallLog",
    "enableNetworkMonitor",
    "firewallPublicIpAddress",
    "firewallSku",
    "isolationMode",
    "managedNetworkKind",
    "networkId",
    "outboundRules",
    "provisionNetworkNow",
    "provisioningState",
    "status",
];

/// What stands in a network's body beside what the service computes.
const KEPT: [&str; 4] =
    ["enableNetworkMonitor", "firewallSku", "isolationMode", "managedNetworkKind"];

/// The children that are rules.
pub(super) const RULES: &str = "outboundRules";

/// A refusal in the service's words; the code is a guess.
pub(super) fn refused(text: impl Into<String>) -> ArmError {
    ArmError::bad("UserError", text)
}

/// The network that rules are of.
pub(super) struct Network {
    /// What the rules are children of: the network of an account, or the workspace.
    pub(super) parent: ResourceId,
    pub(super) mode: String,
    /// Whether it stands, which a hub's does only when it is provisioned.
    pub(super) stands: bool,
}

impl Network {
    /// The network above a rule, as it stands.
    pub(super) fn of_rule(world: &World, rule: &ResourceId) -> Option<Self> {
        Self::at(world, &rule.parent()?)
    }

    /// The network of an account, or of a workspace.
    pub(super) fn at(world: &World, parent: &ResourceId) -> Option<Self> {
        let found = world.store.get(&parent.to_string())?;
        let own = &found.body["properties"]["managedNetwork"];
        Some(Self {
            parent: parent.clone(),
            mode: own["isolationMode"].as_str().unwrap_or(DISABLED).to_owned(),
            stands: stands(own),
        })
    }

    /// Whether it is a workspace's.
    pub(super) fn is_of_hub(&self) -> bool {
        self.parent.names.len() == 1
    }

    /// The account or workspace whose identity it acts as.
    pub(super) fn owner<'a>(&self, world: &'a World) -> Option<&'a Resource> {
        world.store.get(&self.parent.root().to_string())
    }

    /// Its rules.
    pub(super) fn rules<'a>(
        &self,
        world: &'a World,
    ) -> impl Iterator<Item = &'a Resource> + use<'a> {
        world.store.children(&self.parent.to_string(), RULES)
    }

    /// Whether it has a firewall, which the first rule about names makes.
    pub(super) fn has_firewall(&self, world: &World) -> bool {
        self.rules(world).any(|rule| rule.text("type") == "FQDN")
    }

    /// Refuses a change while another one of the network, of its rules or of its owner is under
    /// way. That two at once conflict is reported (foundry-samples#755), the code is not.
    pub(super) fn is_free(&self, world: &World, own: &ResourceId) -> Result<(), ArmError> {
        let (parent, own) = (self.parent.key(), own.key());
        let rules = format!("{parent}/{}/", RULES.to_ascii_lowercase());
        let others = [parent, self.parent.root().key()];
        let mut running = world.operations.running().map(ResourceId::key).filter(|key| *key != own);
        match running.find(|key| others.contains(key) || key.starts_with(&rules)) {
            None => Ok(()),
            Some(key) => {
                let text =
                    format!("Another operation on the managed network is in progress: {key}.");
                Err(ArmError::new(409, "Conflict", text))
            }
        }
    }
}

/// Whether a network's body says that it stands.
pub(super) fn stands(own: &Value) -> bool {
    own["status"]["status"] == json!("Active")
}

/// The modes that a network can turn to.
pub(super) fn next_modes(mode: &str) -> &'static [&'static str] {
    let at = MODES.iter().position(|known| same(known, mode)).unwrap_or_default();
    MODES.get(at + 1..).unwrap_or_default()
}

/// A network with its names and words as the service spells them.
pub(super) fn spelt(asked: &Value) -> Value {
    let mut spelt = body::recased(asked, &NAMES);
    let words: [(&str, &[&str]); 3] = [
        ("isolationMode", &MODES),
        ("managedNetworkKind", &["V1", "V2"]),
        ("firewallSku", &["Standard", "Basic"]),
    ];
    for (name, words) in words {
        let known = spelt[name].as_str().and_then(|it| words.iter().find(|word| same(word, it)));
        if let Some(known) = known {
            spelt[name] = json!(known);
        }
    }
    if let Some(map) = spelt.as_object_mut() {
        map.retain(|_, value| !value.is_null());
    }
    spelt
}

/// Refuses a network that cannot be, or that the stored one cannot turn to. `fixed_sku` says that
/// the firewall stays as it is.
pub(super) fn check(asked: &Value, stored: &Value, fixed_sku: bool) -> Result<(), ArmError> {
    if !(asked.is_object() || asked.is_null()) {
        return Err(refused("The managedNetwork is not an object."));
    }
    let members = asked.as_object().into_iter().flatten();
    if let Some((name, _)) = members.into_iter().find(|(name, _)| !NAMES.contains(&name.as_str())) {
        return Err(ArmError::content(format!("Could not find member '{name}' of managedNetwork"))
            .unknown(&format!("properties.managedNetwork.{name}")));
    }
    let now = stored["isolationMode"].as_str();
    match asked["isolationMode"].as_str() {
        None if now.is_none() => return Err(refused("The isolationMode is required.")),
        Some(mode) if !MODES.contains(&mode) => {
            return Err(refused(format!(
                "The isolation mode {mode} is none of {}.",
                MODES.join(", ")
            )));
        }
        Some(mode) if now.is_some_and(|now| now != mode && !next_modes(now).contains(&mode)) => {
            let now = now.unwrap_or_default();
            let text = format!("The isolation mode cannot be changed from {now} to {mode}.");
            return Err(refused(text));
        }
        _ => {}
    }
    for (name, words) in
        [("managedNetworkKind", ["V1", "V2"]), ("firewallSku", ["Standard", "Basic"])]
    {
        let Some(word) = asked[name].as_str() else { continue };
        let fixed = name == "managedNetworkKind" || fixed_sku;
        if !words.contains(&word) {
            return Err(refused(format!("The {name} {word} is none of {}.", words.join(", "))));
        }
        if fixed && stored[name].as_str().is_some_and(|stored| stored != word) {
            return Err(refused(format!("The {name} of a managed network cannot be changed.")));
        }
    }
    Ok(())
}

/// The network that a body leaves: what it says, and what is there that it does not say.
pub(super) fn settled(asked: &Value, stored: &Value) -> Value {
    let mut next = if stored.is_object() { stored.clone() } else { json!({}) };
    for name in KEPT {
        if !asked[name].is_null() {
            next[name] = asked[name].clone();
        }
    }
    if let Some(map) = next.as_object_mut() {
        map.retain(|name, _| name == "status" || KEPT.contains(&name.as_str()));
    }
    next
}
