//! Managed networks of hubs and of Azure AI services accounts: checks of a body, and the owner.

use serde_json::{Value, json};

use crate::arm_error::ArmError;
use crate::body;
use crate::resource_id::{ResourceId, same};
use crate::world::World;
use crate::world::store::Resource;

/// No isolation.
pub(super) const DISABLED: &str = "Disabled";

/// Isolation mode without restrictions on outbound access.
pub(super) const INTERNET: &str = "AllowInternetOutbound";

/// Isolation mode in which rules must allow each outbound access.
pub(super) const APPROVED: &str = "AllowOnlyApprovedOutbound";

/// Isolation modes. A network can only change to a later one.
const MODES: [&str; 3] = [DISABLED, INTERNET, APPROVED];

/// Property names of a network. A request may send read-only ones back.
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

/// Properties of a network that the service does not compute.
const KEPT: [&str; 4] =
    ["enableNetworkMonitor", "firewallSku", "isolationMode", "managedNetworkKind"];

/// Child type of the rules.
pub(super) const RULES: &str = "outboundRules";

/// Returns an error with the service's message. The code is a guess.
pub(super) fn refused(text: impl Into<String>) -> ArmError {
    ArmError::bad("UserError", text)
}

/// The network that rules belong to.
pub(super) struct Network {
    /// Parent of the rules: the network of an account, or the workspace.
    pub(super) parent: ResourceId,
    pub(super) mode: String,
    /// If `true`, the network exists. The network of a hub exists once it is provisioned.
    pub(super) stands: bool,
}

impl Network {
    /// Returns the current network of a rule.
    pub(super) fn of_rule(world: &World, rule: &ResourceId) -> Option<Self> {
        Self::at(world, &rule.parent()?)
    }

    /// Returns the network of an account, or of a workspace.
    pub(super) fn at(world: &World, parent: &ResourceId) -> Option<Self> {
        let found = world.store.get(&parent.to_string())?;
        let own = &found.body["properties"]["managedNetwork"];
        Some(Self {
            parent: parent.clone(),
            mode: own["isolationMode"].as_str().unwrap_or(DISABLED).to_owned(),
            stands: stands(own),
        })
    }

    /// Returns `true` for the network of a workspace.
    pub(super) fn is_of_hub(&self) -> bool {
        self.parent.names.len() == 1
    }

    /// Returns the account or workspace whose identity the network uses.
    pub(super) fn owner<'a>(&self, world: &'a World) -> Option<&'a Resource> {
        world.store.get(&self.parent.root().to_string())
    }

    /// Returns the rules of the network.
    pub(super) fn rules<'a>(
        &self,
        world: &'a World,
    ) -> impl Iterator<Item = &'a Resource> + use<'a> {
        world.store.children(&self.parent.to_string(), RULES)
    }

    /// Returns `true` if the network has a firewall, which comes with the first rule about a domain
    /// name.
    pub(super) fn has_firewall(&self, world: &World) -> bool {
        self.rules(world).any(|rule| rule.text("type") == "FQDN")
    }

    /// Refuses a change while another one of the network, its rules or its owner is running. Two
    /// concurrent changes conflict (reported, foundry-samples#755). The code is a guess.
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

/// Returns `true` if a network's body says that the network exists.
pub(super) fn stands(own: &Value) -> bool {
    own["status"]["status"] == json!("Active")
}

/// Returns the modes to which a network can change.
pub(super) fn next_modes(mode: &str) -> &'static [&'static str] {
    let at = MODES.iter().position(|known| same(known, mode)).unwrap_or_default();
    MODES.get(at + 1..).unwrap_or_default()
}

/// Returns a network with its names and values in the service's spelling.
pub(super) fn canonical(asked: &Value) -> Value {
    let mut canonical = body::recased(asked, &NAMES);
    let words: [(&str, &[&str]); 3] = [
        ("isolationMode", &MODES),
        ("managedNetworkKind", &["V1", "V2"]),
        ("firewallSku", &["Standard", "Basic"]),
    ];
    for (name, words) in words {
        let known =
            canonical[name].as_str().and_then(|it| words.iter().find(|word| same(word, it)));
        if let Some(known) = known {
            canonical[name] = json!(known);
        }
    }
    if let Some(map) = canonical.as_object_mut() {
        map.retain(|_, value| !value.is_null());
    }
    canonical
}

/// Refuses an invalid network, and a change that the stored network does not allow. If `fixed_sku`
/// is `true`, the SKU of the firewall cannot change.
pub(super) fn check(asked: &Value, stored: &Value, fixed_sku: bool) -> Result<(), ArmError> {
    if !(asked.is_object() || asked.is_null()) {
        return Err(refused("The managedNetwork must be an object."));
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
                "The isolation mode {mode} is not one of {}.",
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
            return Err(refused(format!("The {name} {word} is not one of {}.", words.join(", "))));
        }
        if fixed && stored[name].as_str().is_some_and(|stored| stored != word) {
            return Err(refused(format!("The {name} of a managed network cannot be changed.")));
        }
    }
    Ok(())
}

/// Returns the network after a write: the requested properties, and the stored ones that the
/// request omits.
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
