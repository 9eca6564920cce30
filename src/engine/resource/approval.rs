//! The private endpoint connection on a target that a resource brings about, told from those of
//! others.

use crate::private_link::connection::{self, APPROVED, PENDING, REJECTED};
use azure::id::ResourceId;
use plugin::prelude::*;
use serde_json::Value as Json;
use std::collections::BTreeSet;

/// A connection that is to be approved. Whatever asks for it is an endpoint of Azure's own, in a
/// subscription of Microsoft's.
#[derive(Clone, Debug)]
pub struct Approval {
    /// The resource that it leads to.
    pub target: ResourceId,
    /// The resource that connects to it.
    pub asked_by: ResourceId,
    /// The name of its endpoint, where that is known.
    pub endpoint: Option<String>,
    /// The message that comes with it, where there is one.
    pub message: Option<String>,
    /// Whether it may be approved by now.
    pub is_due: bool,
}

/// The connections that a target had before, by name.
pub type Before = Option<BTreeSet<String>>;

/// What there is of a connection.
#[derive(Debug, PartialEq)]
pub enum Found<'j> {
    /// It is not there yet.
    Nothing,
    /// It waits for the decision.
    Pending(&'j Json),
    /// It is approved.
    Approved(&'j Json),
    /// It was rejected.
    Rejected(&'j Json),
    /// Several wait for the decision, and nobody can tell which is meant.
    Several(Vec<&'j Json>),
}

impl Approval {
    /// Finds the connection: by its endpoint's name or its message, else by its being new and from
    /// a subscription of somebody else's. One that was there before is another's.
    pub fn find<'j>(&self, listed: &'j [Json], before: &Before) -> Found<'j> {
        let is_new = |it: &&Json| before.as_ref().is_none_or(|old| !old.contains(&key(it)));
        let new: Vec<&Json> = listed.iter().filter(is_new).collect();
        let named: Vec<&Json> = new.iter().copied().filter(|it| self.is_named(it)).collect();
        match (named.is_empty(), before) {
            (false, _) => found(&named),
            (true, None) => Found::Nothing,
            (true, Some(_)) => found(&new.into_iter().filter(|it| self.is_foreign(it)).collect()),
        }
    }

    fn is_named(&self, live: &Json) -> bool {
        let endpoint = connection::endpoint(live).rsplit('/').next().unwrap_or_default();
        let message = connection::state(live, "description").unwrap_or_default();
        let is = |wanted: &Option<String>, has: &str| {
            wanted.as_ref().is_some_and(|it| !it.is_empty() && it.eq_ignore_ascii_case(has))
        };
        is(&self.endpoint, endpoint) || is(&self.message, message)
    }

    fn is_foreign(&self, live: &Json) -> bool {
        let ours = [self.target.subscription(), self.asked_by.subscription()];
        ResourceId::parse(connection::endpoint(live))
            .is_ok_and(|it| !ours.iter().any(|own| own.eq_ignore_ascii_case(it.subscription())))
    }

    /// Why it does not come to be approved, where that is so.
    pub fn refusal(&self, found: &Found<'_>) -> Option<Diagnostic> {
        let target = self.target.name();
        let (summary, detail) = match found {
            Found::Rejected(live) => (
                format!("The connection to {target:?} was rejected"),
                format!(
                    "Somebody has turned {} away, so `approve = true` does not let it in. Have \
                     that taken back, or replace this resource: it comes with a new connection.",
                    live["id"].as_str().unwrap_or_default()
                ),
            ),
            Found::Several(pending) => (
                format!("More than one connection to {target:?} may be the one to approve"),
                format!(
                    "They wait for a decision:\n\n{}\n\nApprove the right one by an \
                     azureai_private_endpoint_connection_approval with its `connection_name`; or \
                     reject the others, and apply again.",
                    rows(pending)
                ),
            ),
            Found::Nothing | Found::Pending(_) | Found::Approved(_) => return None,
        };
        Some(Diagnostic::error(summary, detail).at(Path::of(APPROVE)))
    }
}

/// The attribute that asks for the approval.
pub const APPROVE: &str = "approve";

/// The name of a connection, by which those that were there before are known.
pub fn key(live: &Json) -> String {
    connection::name(live["id"].as_str().unwrap_or_default()).to_lowercase()
}

fn found<'j>(meant: &Vec<&'j Json>) -> Found<'j> {
    let in_state =
        |status: &'static str| meant.iter().copied().filter(move |it| connection::is(it, status));
    let pending: Vec<&Json> = in_state(PENDING).collect();
    match pending[..] {
        [one] => Found::Pending(one),
        [_, _, ..] => Found::Several(pending),
        [] => match (in_state(APPROVED).next(), in_state(REJECTED).next()) {
            (Some(one), _) => Found::Approved(one),
            (None, Some(one)) => Found::Rejected(one),
            // What is disconnected is left of one that is gone.
            (None, None) => Found::Nothing,
        },
    }
}

/// Connections as a list in a message.
fn rows(connections: &[&Json]) -> String {
    let row = |live: &&Json| {
        let name = connection::name(live["id"].as_str().unwrap_or_default());
        format!("  - {name}, from {}", connection::endpoint(live))
    };
    connections.iter().map(row).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::private_link::connection::CONNECTIONS;
    use serde_json::json;

    const MICROSOFT: &str = "99999999-9999-9999-9999-999999999999";
    const OURS: &str = "00000000-0000-0000-0000-000000000001";

    fn id(ty: &str, subscription: &str, name: &str) -> ResourceId {
        ResourceId::in_group(subscription, "g", ty, name)
    }

    fn connected(name: &str, status: &str, subscription: &str, endpoint: &str) -> Json {
        let target = id("Microsoft.Storage/storageAccounts", OURS, "st");
        let endpoint = id("Microsoft.Network/privateEndpoints", subscription, endpoint);
        let state = json!({"status": status, "description": ""});
        json!({
            "id": target.child(CONNECTIONS, name).as_str(),
            "properties": {
                "privateEndpoint": {"id": endpoint.as_str()},
                "privateLinkServiceConnectionState": state,
            },
        })
    }

    /// What is found of the rule `to-st` in these connections: a word, and the connection's name.
    fn seen(listed: &[Json], before: &[&str]) -> String {
        let approval = Approval {
            target: id("Microsoft.Storage/storageAccounts", OURS, "st"),
            asked_by: id("Microsoft.CognitiveServices/accounts", OURS, "a"),
            endpoint: Some("to-st".to_owned()),
            message: None,
            is_due: true,
        };
        let before = (before != ["?"]).then(|| before.iter().map(|it| (*it).to_owned()).collect());
        match approval.find(listed, &before) {
            Found::Nothing => "nothing".to_owned(),
            Found::Pending(it) => format!("pending {}", key(it)),
            Found::Approved(it) => format!("approved {}", key(it)),
            Found::Rejected(it) => format!("rejected {}", key(it)),
            Found::Several(all) => format!("{} pending", all.len()),
        }
    }

    #[test]
    fn the_connection_is_told_from_those_of_others() {
        let unknown = &["?"][..];
        let rule = |name, status| connected(name, status, MICROSOFT, "TO-ST");
        let other = |name, status| connected(name, status, MICROSOFT, "x");
        let own = |name, status| connected(name, status, OURS, "pe-st");
        for (listed, before, expected) in [
            (vec![], unknown, "nothing"),
            (vec![rule("a", "Pending")], unknown, "pending a"),
            (vec![rule("a", "Pending"), other("b", "Pending")], &[][..], "pending a"),
            (vec![rule("A", "Pending"), rule("b", "Pending")], &["a"], "pending b"),
            // Whoever asks under the same name at the same time is not let in.
            (vec![rule("a", "Pending"), rule("b", "Pending")], unknown, "2 pending"),
            (vec![rule("a", "Approved")], unknown, "approved a"),
            (vec![rule("a", "Rejected")], unknown, "rejected a"),
            (vec![rule("a", "Disconnected")], unknown, "nothing"),
            (vec![rule("a", "Disconnected"), rule("b", "Pending")], unknown, "pending b"),
            // By its being new, where its endpoint bears another name.
            (vec![other("a", "Pending")], unknown, "nothing"),
            (vec![other("a", "Pending"), other("b", "Pending")], &["a"], "pending b"),
            (vec![own("a", "Pending")], &[], "nothing"),
            (vec![other("a", "Pending"), other("b", "Pending")], &[], "2 pending"),
        ] {
            assert_eq!(seen(&listed, before), expected, "{listed:?} {before:?}");
        }
    }
}
