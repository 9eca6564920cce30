//! What a private link target offers: groups, their members, and the names each member serves.

use serde_json::{Value, json};

use crate::world::store::Resource;

/// A sub-resource that an endpoint can connect to.
#[derive(Debug, Clone)]
pub(crate) struct LinkGroup {
    pub(crate) id: String,
    pub(crate) members: Vec<LinkMember>,
    pub(crate) zones: Vec<String>,
}

/// A part of a group: one address each.
#[derive(Debug, Clone)]
pub(crate) struct LinkMember {
    pub(crate) name: String,
    pub(crate) names: Vec<ServedName>,
}

/// A name that clients use, and the record that a private zone needs for it.
#[derive(Debug, Clone)]
pub(crate) struct ServedName {
    pub(crate) fqdn: String,
    pub(crate) zone: String,
    pub(crate) record: String,
}

impl ServedName {
    /// A name under a public suffix whose private zone has `privatelink.` before the suffix.
    pub(crate) fn new(record: &str, suffix: &str) -> Self {
        Self {
            fqdn: format!("{record}.{suffix}"),
            zone: format!("privatelink.{suffix}"),
            record: record.to_owned(),
        }
    }
}

/// A group with one member and one name.
pub(crate) fn single(group: &str, member: &str, name: ServedName) -> LinkGroup {
    let zones = vec![name.zone.clone()];
    let members = vec![LinkMember { name: member.to_owned(), names: vec![name] }];
    LinkGroup { id: group.to_owned(), members, zones }
}

/// The list that `privateLinkResources` shows.
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
