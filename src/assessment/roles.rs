//! Permissions of an identity, judged by the actions of its role definitions and not by the names
//! of the roles.
//!
//! ARM shows the role assignments at a scope and above, but not the members of a group. If a group,
//! a condition or an unreadable definition could make the difference, the result is
//! [`Right::Unknown`] and not a missing permission. ARM does not show eligible roles that a user
//! activates for a time either; the identity of a resource activates none.

use crate::assessment::reader::{Read, Reader};
use azure::id::ResourceId;
use serde_json::Value as Json;

const ASSIGNMENTS: &str = "providers/Microsoft.Authorization/roleAssignments";
const DENIALS: &str = "providers/Microsoft.Authorization/denyAssignments";
const DEFINITIONS: &str = "providers/Microsoft.Authorization/roleDefinitions";
const API: &str = "2022-04-01";

/// Principal ID of everyone in a deny assignment.
const EVERYBODY: &str = "00000000-0000-0000-0000-000000000000";

/// Result of a permission check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Right {
    /// The identity does not have the permission.
    No,
    /// ARM does not show enough to decide.
    Unknown,
    /// The identity has the permission.
    Yes,
}

/// Permissions that an identity of a resource needs.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// Object ID (principal ID) of the identity.
    pub principal: &'a str,
    /// Management actions, such as `Microsoft.Network/privateEndpoints/read`.
    pub actions: &'a [&'a str],
    /// Data actions.
    pub data_actions: &'a [&'a str],
    /// ID of the resource.
    pub scope: &'a ResourceId,
}

impl Wanted<'_> {
    /// Returns the best permission of several identities, because a resource may act as any of
    /// them. Absent without an identity.
    pub fn best_right(self, principals: &[&str], reader: &Reader) -> Read<Right> {
        let rights = principals.iter().map(|principal| Wanted { principal, ..self }.right(reader));
        let best = |one, other| match (one, other) {
            (Read::Found(one), Read::Found(other)) => Read::Found(Right::max(one, other)),
            (Read::Found(_), unread) | (unread, _) => unread,
        };
        rights.reduce(best).unwrap_or(Read::Absent)
    }

    /// Returns whether the identity has all of the permissions. Absent if the scope does not exist.
    pub fn right(&self, reader: &Reader) -> Read<Right> {
        let assigned = reader.list(self.scope, ASSIGNMENTS, API);
        let denied = reader.list(self.scope, DENIALS, API);
        // Without the deny assignments, nothing is certain.
        let denied = match denied {
            Read::Pending => return Read::Pending,
            Read::Hidden(error) => return Read::Hidden(error),
            Read::Absent => &[],
            Read::Found(listed) => listed,
        };
        let grants = match assigned.map(|listed| self.grants(reader, listed)) {
            Read::Found(Some(grants)) => grants,
            Read::Found(None) | Read::Pending => return Read::Pending,
            Read::Hidden(error) => return Read::Hidden(error),
            Read::Absent => return Read::Absent,
        };
        let denials: Vec<(Right, &[Json])> =
            denied.iter().filter_map(|it| self.denial(it)).collect();
        let of_plane = |actions: &[&str], plane| {
            let right = |action: &&str| allowed(&grants, &denials, plane, action);
            actions.iter().map(right).min().unwrap_or(Right::Yes)
        };
        let management = of_plane(self.actions, MANAGEMENT);
        Read::Found(management.min(of_plane(self.data_actions, DATA)))
    }

    /// Returns the permissions that the assignments grant and their certainty, or `None` until all
    /// role definitions are read.
    fn grants<'r>(&self, reader: &'r Reader, assigned: &[Json]) -> Option<Vec<Grant<'r>>> {
        let properties = assigned.iter().map(|it| &it["properties"]);
        let here = properties.filter(|it| is_at_or_above(&it["scope"], self.scope));
        let read = here.filter_map(|it| {
            let of_group = text(&it["principalType"]).eq_ignore_ascii_case("Group");
            let own = text(&it["principalId"]).eq_ignore_ascii_case(self.principal);
            let sure = own && text(&it["condition"]).is_empty();
            let certainty = if sure { Right::Yes } else { Right::Unknown };
            (own || of_group).then(|| (certainty, self.definition(reader, it)))
        });
        // Collecting first requests all definitions at the same time.
        let read: Vec<_> = read.collect();
        let grant = |(certainty, definition): (Right, Read<&'r Json>)| match definition {
            Read::Pending => None,
            Read::Found(it) => Some((certainty, it["properties"]["permissions"].as_array())),
            Read::Absent | Read::Hidden(_) => Some((Right::Unknown, None)),
        };
        let grants: Option<Vec<_>> = read.into_iter().map(grant).collect();
        Some(grants?.into_iter().map(|(it, blocks)| (it, blocks.map(Vec::as_slice))).collect())
    }

    /// Reads the role definition of an assignment. Each subscription shows the definitions that
    /// apply in it.
    fn definition<'r>(&self, reader: &'r Reader, assignment: &Json) -> Read<&'r Json> {
        let name = text(&assignment["roleDefinitionId"]).rsplit('/').next().unwrap_or_default();
        let id = format!("/subscriptions/{}/{DEFINITIONS}/{name}", self.scope.subscription());
        ResourceId::parse(&id).map_or(Read::Absent, |id| reader.object(&id, API))
    }

    /// Returns the permission that a deny assignment leaves of its actions, and those actions.
    /// `None` if it does not apply to this identity at this scope.
    fn denial<'j>(&self, denial: &'j Json) -> Option<(Right, &'j [Json])> {
        let it = &denial["properties"];
        let here = is_at_or_above(&it["scope"], self.scope);
        let at_scope = text(&it["scope"]).eq_ignore_ascii_case(self.scope.as_str());
        let reaches = here && (at_scope || it["doNotApplyToChildScopes"] != Json::Bool(true));
        let listed = |name: &str| it[name].as_array().into_iter().flatten();
        let is_own = |who: &Json| text(&who["id"]).eq_ignore_ascii_case(self.principal);
        let is_group = |who: &Json| text(&who["type"]).eq_ignore_ascii_case("Group");
        if !reaches || listed("excludePrincipals").any(is_own) {
            return None;
        }
        let named = listed("principals").any(|who| is_own(who) || text(&who["id"]) == EVERYBODY);
        let sure = named
            && !listed("excludePrincipals").any(is_group)
            && text(&it["condition"]).is_empty();
        let blocks = it["permissions"].as_array()?.as_slice();
        let concerned = named || listed("principals").any(is_group);
        concerned.then_some((if sure { Right::No } else { Right::Unknown }, blocks))
    }
}

/// Certainty of a role assignment, with its permission blocks, or `None` if the role definition
/// cannot be read.
type Grant<'r> = (Right, Option<&'r [Json]>);

/// Members of a permission block: the granted actions and the excluded ones.
type Plane = [&'static str; 2];

const MANAGEMENT: Plane = ["actions", "notActions"];
const DATA: Plane = ["dataActions", "notDataActions"];

fn allowed(
    grants: &[Grant<'_>],
    denials: &[(Right, &[Json])],
    plane: Plane,
    action: &str,
) -> Right {
    let given = grants.iter().filter(|(_, blocks)| blocks.is_none_or(|it| has(it, plane, action)));
    let given = given.map(|(certainty, _)| *certainty).max().unwrap_or(Right::No);
    let left = denials.iter().filter(|(_, blocks)| has(blocks, plane, action));
    left.map(|(left, _)| *left).min().unwrap_or(Right::Yes).min(given)
}

/// Returns `true` if any of the permission blocks grants an action without excluding it.
pub fn allow(permissions: &[Json], action: &str) -> bool {
    has(permissions, MANAGEMENT, action)
}

fn has(permissions: &[Json], [given, excepted]: Plane, action: &str) -> bool {
    permissions.iter().any(|it| {
        let any = |list: &Json| {
            let mut patterns = list.as_array().into_iter().flatten().filter_map(Json::as_str);
            patterns.any(|pattern| covers(pattern, action))
        };
        any(&it[given]) && !any(&it[excepted])
    })
}

fn text(value: &Json) -> &str {
    value.as_str().unwrap_or_default()
}

/// Returns `true` if an assignment at the scope applies to the resource. Management groups are
/// above all resources.
fn is_at_or_above(scope: &Json, resource: &ResourceId) -> bool {
    let scope = text(scope).trim_end_matches('/').to_lowercase();
    let below = resource.as_str().to_lowercase();
    let rest = below.strip_prefix(&scope);
    scope.starts_with("/providers/microsoft.management/managementgroups/")
        || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Returns the action that approves a connection to a resource automatically.
pub fn approval(target: &ResourceId) -> String {
    format!("{}/PrivateEndpointConnectionsApproval/action", target.resource_type())
}

/// Returns `true` if a pattern covers an action. `*` matches any text, and case does not matter.
fn covers(pattern: &str, action: &str) -> bool {
    let (pattern, action) = (pattern.to_lowercase(), action.to_lowercase());
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = action.strip_prefix(first) else {
        return false;
    };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else {
        return rest.is_empty();
    };
    for part in middle {
        let Some((_, after)) = rest.split_once(part) else {
            return false;
        };
        rest = after;
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn action_patterns_match_with_wildcards_in_any_case() {
        let join = "Microsoft.Network/virtualNetworks/subnets/join/action";
        for (pattern, covered) in [
            ("*", true),
            ("*/action", true),
            ("*/read", false),
            ("Microsoft.Network/*", true),
            ("microsoft.network/VIRTUALNETWORKS/subnets/join/action", true),
            ("Microsoft.Network/virtualNetworks/*/action", true),
            ("Microsoft.Network/*/join/*", true),
            ("Microsoft.Network/virtualNetworks/subnets/join", false),
            ("Microsoft.Network/virtualNetworks/join/action", false),
            ("Microsoft.Storage/*", false),
            ("", false),
        ] {
            assert_eq!(covers(pattern, join), covered, "{pattern}");
        }
    }

    #[test]
    fn action_that_one_role_excludes_is_granted_by_another() {
        let contributor = json!({"actions": ["*"], "notActions": ["Microsoft.Network/*"]});
        let network = json!({"actions": ["Microsoft.Network/*"], "notActions": []});
        let join = "Microsoft.Network/privateDnsZones/join/action";
        assert!(!allow(std::slice::from_ref(&contributor), join));
        assert!(allow(&[contributor, network], join));
        assert!(!allow(&[json!({"actions": ["*/read"]})], join));
    }
    const ME: &str = "11111111-1111-1111-1111-111111111111";
    const TEAM: &str = "22222222-2222-2222-2222-222222222222";
    const VAULT: &str = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv";

    /// Returns the role definitions of the tables.
    fn definitions() -> Vec<(String, Json)> {
        let rows = [
            ("owner", json!({"actions": ["*"], "notActions": []})),
            ("reader", json!({"actions": ["*/read"]})),
            ("but-vaults", json!({"actions": ["*"], "notActions": ["Microsoft.KeyVault/*"]})),
            ("approver", json!({"actions": ["*/privateendpointconnectionsapproval/ACTION"]})),
            ("secrets", json!({"dataActions": ["Microsoft.KeyVault/vaults/secrets/*"]})),
        ];
        let id = |name| format!("/subscriptions/s/{DEFINITIONS}/{name}");
        let body = |block: Json| json!({"properties": {"permissions": [block]}});
        rows.into_iter().map(|(name, block)| (id(name), body(block))).collect()
    }

    fn assigned(who: &str, role: &str, scope: &str, condition: &str) -> Json {
        json!({"properties": {
            "principalId": who.to_uppercase(),
            "principalType": if who == TEAM { "Group" } else { "ServicePrincipal" },
            "roleDefinitionId": format!("/subscriptions/s/{DEFINITIONS}/{role}"),
            "scope": scope, "condition": (!condition.is_empty()).then_some(condition),
        }})
    }

    fn denied(who: (&str, &str), except: (&str, &str), scope: &str, below: bool) -> Json {
        let principals = |(id, ty): (&str, &str)| json!([{"id": id, "type": ty}]);
        json!({"properties": {
            "principals": principals(who), "excludePrincipals": principals(except),
            "scope": scope, "doNotApplyToChildScopes": !below,
            "permissions": [{"actions": ["Microsoft.KeyVault/*/action"], "notActions": []}],
        }})
    }

    /// Assignments, needed management actions, needed data actions, and the expected result.
    type Row<'r> = (&'r [Json], &'r [&'r str], &'r [&'r str], Right);

    /// Returns the permission of the identity on the vault.
    fn right(assigned: &[Json], denied: &[Json], actions: &[&str], data: &[&str]) -> Right {
        let scope = ResourceId::parse(VAULT).unwrap();
        let list = |of: &str, listed: &[Json]| (format!("{VAULT}/{of}/"), json!(listed));
        let lists = [list(ASSIGNMENTS, assigned), list(DENIALS, denied)];
        let reader = Reader::of(definitions().into_iter().chain(lists));
        let wanted = Wanted { principal: ME, actions, data_actions: data, scope: &scope };
        wanted.right(&reader).found().expect("all answers are given")
    }

    const APPROVE: &str = "Microsoft.KeyVault/vaults/PrivateEndpointConnectionsApproval/action";
    const READ: &str = "Microsoft.KeyVault/vaults/read";
    const SECRET: &str = "Microsoft.KeyVault/vaults/secrets/getSecret/action";

    #[test]
    fn permissions_come_from_role_definitions_and_not_names() {
        let group = "/subscriptions/s/resourcegroups/RG";
        let root = "/providers/Microsoft.Management/managementGroups/m";
        let other = "/subscriptions/s/resourceGroups/rg-other";
        let me = |role| assigned(ME, role, group, "");
        let rows: [Row<'_>; 14] = [
            (&[], &[READ], &[], Right::No),
            (&[], &[], &[], Right::Yes),
            (&[me("owner")], &[READ, APPROVE], &[], Right::Yes),
            (&[me("owner")], &[], &[SECRET], Right::No),
            (&[me("secrets")], &[], &[SECRET], Right::Yes),
            (&[me("reader")], &[READ, APPROVE], &[], Right::No),
            (&[me("reader"), me("approver")], &[READ, APPROVE], &[], Right::Yes),
            (&[me("but-vaults")], &[APPROVE], &[], Right::No),
            (&[assigned(ME, "owner", "/", "")], &[APPROVE], &[], Right::Yes),
            (&[assigned(ME, "owner", root, "")], &[APPROVE], &[], Right::Yes),
            (&[assigned(ME, "owner", other, "")], &[APPROVE], &[], Right::No),
            (&[assigned(ME, "owner", group, "(x)")], &[APPROVE], &[], Right::Unknown),
            (&[assigned(TEAM, "owner", group, "")], &[APPROVE], &[], Right::Unknown),
            (&[assigned(TEAM, "reader", group, "")], &[APPROVE], &[], Right::No),
        ];
        for (assigned, actions, data, expected) in rows {
            assert_eq!(right(assigned, &[], actions, data), expected, "{assigned:?} {actions:?}");
        }
    }

    #[test]
    fn deny_assignments_override_role_assignments() {
        let group = "/subscriptions/s/resourceGroups/rg";
        let (me, team, all) =
            ((ME, "ServicePrincipal"), (TEAM, "Group"), (EVERYBODY, "SystemDefined"));
        let nobody = ("", "");
        let rows = [
            (denied(me, nobody, group, true), Right::No),
            (denied(all, nobody, group, true), Right::No),
            (denied(me, nobody, group, false), Right::Yes),
            (denied(me, nobody, VAULT, false), Right::No),
            (denied(all, me, group, true), Right::Yes),
            (denied(all, team, group, true), Right::Unknown),
            (denied(team, nobody, group, true), Right::Unknown),
            (denied(("x", "User"), nobody, group, true), Right::Yes),
        ];
        let owner = [assigned(ME, "owner", group, "")];
        for (denial, expected) in rows {
            let denials = std::slice::from_ref(&denial);
            assert_eq!(right(&owner, denials, &[APPROVE], &[]), expected, "{denial}");
            assert_eq!(right(&owner, denials, &[READ], &[]), Right::Yes, "{denial}");
            assert_eq!(right(&[], denials, &[APPROVE], &[]), Right::No, "{denial}");
        }
    }
}
