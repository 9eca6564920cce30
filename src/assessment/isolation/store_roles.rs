//! Assesses the permissions of a project's identity on the stores of its agents.

use super::account::{FoundryAccount, Scope};
use super::project_roles::lacking;
use super::remediation;
use crate::assessment::finding::Finding;
use crate::assessment::foundry::{self, Moment, STORES};
use crate::assessment::reader::{Read, Reader};
use crate::assessment::roles::Right;
use crate::private_link::arm_types::COSMOS_DB_ACCOUNT;
use crate::private_link::envelope::Envelope;
use azure::id::ResourceId;
use serde::Deserialize;
use serde_json::Value as Json;

/// Property of a capability host with the connection to the thread store.
const THREADS: &str = "threadStorageConnections";

/// Cosmos DB's data plane roles: the one that writes data, and the one that only reads.
const CONTRIBUTOR: &str = "00000000-0000-0000-0000-000000000002";
const READER: &str = "00000000-0000-0000-0000-000000000001";

/// A role assignment of Cosmos DB's data plane.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct SqlAssignment {
    principal_id: String,
    role_definition_id: String,
    scope: String,
}

/// Adds findings about roles that a project's identity lacks on the stores of its capability host.
pub(super) fn judge(
    reader: &Reader,
    account: &FoundryAccount<'_>,
    project: &Scope<'_>,
    host: &Json,
    findings: &mut Vec<Finding>,
) {
    let store = |property: &str| {
        let name = host["properties"][property][0].as_str()?;
        account.store(project, name)
    };
    let principals = project.principals();
    let Some(first) = principals.first() else { return };
    let who = project.id.name();
    for of_host in STORES {
        let Some(scope) = store(of_host.property) else { continue };
        for role in of_host.roles {
            let right = role.right(&scope, &principals, Moment::Working, reader);
            let fix = || remediation::role(&scope, role.name, who, first);
            findings.extend(lacking(who, &scope, role.name, right, fix));
        }
    }
    // Azure creates the database with the capability host, and the role is assigned on it after
    // that.
    let (_, state) = foundry::told(host);
    if let Some(scope) = store(THREADS).filter(|_| state == "Succeeded") {
        let role = "Cosmos DB Built-in Data Contributor";
        let right = data_right(reader, account, &scope, &principals);
        let fix = || remediation::cosmos_role(&scope, CONTRIBUTOR, who, first);
        findings.extend(lacking(who, &scope, role, right, fix));
    }
}

/// Returns whether an identity can write to the database of agents. ARM does not show which
/// principals are groups, except the known identities.
fn data_right(
    reader: &Reader,
    account: &FoundryAccount<'_>,
    cosmos: &ResourceId,
    principals: &[&str],
) -> Read<Right> {
    let api = COSMOS_DB_ACCOUNT.api_version;
    let listed = reader.list(cosmos, "sqlRoleAssignments", api);
    let is_machine = |who: &str| {
        let mut scopes = account.projects.iter().chain([&account.own]);
        scopes.any(|it| is_any(&it.principals(), who))
    };
    listed.decode_each::<Envelope<SqlAssignment>>(cosmos).map(|listed| {
        let rights = listed.into_iter().map(|it| it.properties).map(|it| {
            let own = is_any(principals, &it.principal_id);
            let role = it.role_definition_id.rsplit('/').next().unwrap_or_default();
            match role {
                READER => Right::No,
                _ if !reaches(&it.scope, cosmos) => Right::No,
                CONTRIBUTOR if own => Right::Yes,
                _ if own || !is_machine(&it.principal_id) => Right::Unknown,
                _ => Right::No,
            }
        });
        rights.max().unwrap_or(Right::No)
    })
}

fn is_any(principals: &[&str], who: &str) -> bool {
    principals.iter().any(|it| it.eq_ignore_ascii_case(who))
}

/// Returns `true` if a scope is the account, or inside the database of threads.
fn reaches(scope: &str, cosmos: &ResourceId) -> bool {
    let (scope, cosmos) = (scope.to_lowercase(), cosmos.as_str().to_lowercase());
    let rest = scope.trim_end_matches('/').strip_prefix(&cosmos);
    rest.is_some_and(|it| it.is_empty() || it.starts_with("/dbs/enterprise_memory"))
}
