//! Groups of a private link target, their members, and the names of each member.

use serde_json::{Value, json};

use crate::world::store::Resource;

/// A sub-resource to which an endpoint can connect.
#[derive(Debug, Clone)]
pub(crate) struct LinkGroup {
    pub(crate) id: String,
    pub(crate) members: Vec<LinkMember>,
    pub(crate) zones: Vec<String>,
}

/// A part of a group, which gets one address.
#[derive(Debug, Clone)]
pub(crate) struct LinkMember {
    pub(crate) name: String,
    pub(crate) names: Vec<ServedName>,
}

/// A name that clients use, with its record in the private zone.
#[derive(Debug, Clone)]
pub(crate) struct ServedName {
    pub(crate) fqdn: String,
    pub(crate) zone: String,
    pub(crate) record: String,
}

impl ServedName {
    /// Returns a name below a public suffix whose private zone has `privatelink.` before the
    /// suffix.
    pub(crate) fn new(record: &str, suffix: &str) -> Self {
        Self {
            fqdn: format!("{record}.{suffix}"),
            zone: format!("privatelink.{suffix}"),
            record: record.to_owned(),
        }
    }
}

/// Returns a group with one member and one name.
pub(crate) fn single(group: &str, member: &str, name: ServedName) -> LinkGroup {
    let zones = vec![name.zone.clone()];
    let members = vec![LinkMember { name: member.to_owned(), names: vec![name] }];
    LinkGroup { id: group.to_owned(), members, zones }
}

/// Returns the list of `privateLinkResources`.
pub(crate) fn resources(target: &Resource, groups: &[LinkGroup]) -> Vec<Value> {
    let resource_type = target.id.resource_type();
    let show = |group: &LinkGroup| {
        let members: Vec<&str> = group.members.iter().map(|member| &*member.name).collect();
        json!({
            "id": format!("{}/privateLinkResources/{}", target.full_id(), group.id),
            "name": group.id,
            "type": format!("{resource_type}/privateLinkResources"),
            "properties": {
                "groupId": group.id,
                "requiredMembers": members,
                "requiredZoneNames": group.zones,
            },
        })
    };
    groups.iter().map(show).collect()
}
