//! What a private link target offers: groups, their members, and the names each member serves.

use serde_json::{Value, json};

use crate::cloud::Cloud;
use crate::store::Resource;

/// A sub-resource that an endpoint can connect to.
#[derive(Debug, Clone)]
pub(crate) struct Group {
    pub(crate) id: String,
    pub(crate) members: Vec<Member>,
    pub(crate) zones: Vec<String>,
}

/// A part of a group: one address each.
#[derive(Debug, Clone)]
pub(crate) struct Member {
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
pub(crate) fn single(group: &str, member: &str, name: ServedName) -> Group {
    let zones = vec![name.zone.clone()];
    let members = vec![Member { name: member.to_owned(), names: vec![name] }];
    Group { id: group.to_owned(), members, zones }
}

/// All groups of a resource; empty when it cannot be a target.
pub(crate) fn groups(cloud: &Cloud, resource: &Resource) -> Vec<Group> {
    super::of(&resource.id).map_or_else(Vec::new, |kind| kind.groups(cloud, &resource.body))
}

/// The list that `privateLinkResources` shows.
pub(crate) fn resources(cloud: &Cloud, target: &Resource) -> Vec<Value> {
    let kind = target.id.kind();
    let show = |group: &Group| {
        let members: Vec<&str> = group.members.iter().map(|member| &*member.name).collect();
        json!({
            "id": format!("{}/privateLinkResources/{}", target.full_id(), group.id),
            "name": group.id,
            "type": format!("{kind}/privateLinkResources"),
            "properties": {
                "groupId": group.id,
                "requiredMembers": members,
                "requiredZoneNames": group.zones,
            },
        })
    };
    groups(cloud, target).iter().map(show).collect()
}
