//! Finds the private endpoint connection that a resource creates on its target, among the
//! connections of others.

use crate::private_link::connection::{self, APPROVED, PENDING, REJECTED};
use azure::id::ResourceId;
use plugin::prelude::*;
use serde_json::Value as Json;
use std::collections::BTreeSet;

/// A connection to approve. Its private endpoint belongs to Azure, in a subscription of Microsoft.
#[derive(Clone, Debug)]
pub struct Approval {
    /// Resource that the connection leads to.
    pub target: ResourceId,
    /// Resource that requests the connection.
    pub asked_by: ResourceId,
    /// Name of the private endpoint, if it is known.
    pub endpoint: Option<String>,
    /// Request message of the connection, if there is one.
    pub message: Option<String>,
    /// `true` if the connection may be approved now.
    pub is_due: bool,
}

/// Names of the connections that a target had before the create.
pub type Before = Option<BTreeSet<String>>;

/// State of the connection.
#[derive(Debug, PartialEq)]
pub enum Found<'j> {
    /// The connection does not exist yet.
    Nothing,
    /// The connection is pending.
    Pending(&'j Json),
    /// The connection is approved.
    Approved(&'j Json),
    /// The connection is rejected.
    Rejected(&'j Json),
    /// Several connections are pending, and none can be chosen with certainty.
    Several(Vec<&'j Json>),
}

impl Approval {
    /// Finds the connection by the name of its endpoint or by its message. Without a match, chooses
    /// a new connection from a foreign subscription. Connections that existed before the create
    /// belong to others.
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

    /// Returns the error that explains why the connection cannot be approved, if it cannot.
    pub fn refusal(&self, found: &Found<'_>) -> Option<Diagnostic> {
        let target = self.target.name();
        let (summary, detail) = match found {
            Found::Rejected(live) => (
                format!("The connection to {target:?} was rejected"),
                format!(
                    "The service's owner rejected {}, so `approve = true` does not approve it. \
                     Ask the owner to approve the connection, or replace this resource to \
                     request a new connection.",
                    live["id"].as_str().unwrap_or_default()
                ),
            ),
            Found::Several(pending) => (
                format!("More than one connection to {target:?} may be the one to approve"),
                format!(
                    "These connections are pending:\n\n{}\n\nApprove the right one with an \
                     azureai_private_endpoint_connection_approval that sets its \
                     `connection_name`. Or reject the others and apply again.",
                    rows(pending)
                ),
            ),
            Found::Nothing | Found::Pending(_) | Found::Approved(_) => return None,
        };
        Some(Diagnostic::error(summary, detail).at(Path::of(APPROVE)))
    }
}

/// Name of the attribute that asks for the approval.
pub const APPROVE: &str = "approve";

/// Returns the name of a connection in lowercase, the key of [`Before`].
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
            // A disconnected connection remains from a deleted endpoint.
            (None, None) => Found::Nothing,
        },
    }
}

/// Formats connections as a list in a message.
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

    /// Returns the result for the rule `to-st` among these connections: a word and the name of the
    /// connection.
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
    fn find_tells_the_connection_from_those_of_others() {
        let unknown = &["?"][..];
        let rule = |name, status| connected(name, status, MICROSOFT, "TO-ST");
        let other = |name, status| connected(name, status, MICROSOFT, "x");
        let own = |name, status| connected(name, status, OURS, "pe-st");
        for (listed, before, expected) in [
            (vec![], unknown, "nothing"),
            (vec![rule("a", "Pending")], unknown, "pending a"),
            (vec![rule("a", "Pending"), other("b", "Pending")], &[][..], "pending a"),
            (vec![rule("A", "Pending"), rule("b", "Pending")], &["a"], "pending b"),
            // Two pending connections with the same endpoint name are ambiguous, so none is
            // approved.
            (vec![rule("a", "Pending"), rule("b", "Pending")], unknown, "2 pending"),
            (vec![rule("a", "Approved")], unknown, "approved a"),
            (vec![rule("a", "Rejected")], unknown, "rejected a"),
            (vec![rule("a", "Disconnected")], unknown, "nothing"),
            (vec![rule("a", "Disconnected"), rule("b", "Pending")], unknown, "pending b"),
            // A new connection is found although its endpoint has another name.
            (vec![other("a", "Pending")], unknown, "nothing"),
            (vec![other("a", "Pending"), other("b", "Pending")], &["a"], "pending b"),
            (vec![own("a", "Pending")], &[], "nothing"),
            (vec![other("a", "Pending"), other("b", "Pending")], &[], "2 pending"),
        ] {
            assert_eq!(seen(&listed, before), expected, "{listed:?} {before:?}");
        }
    }
}
