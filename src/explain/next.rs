//! Next steps for ARM's errors, with the names from their messages.

use super::foundry;
use azure::credential;
use azure::error::{Error, ErrorKind, PolicyViolation};

/// Returns the next step for an error of one code, or `None` if its message does not say enough.
type Step = fn(&Error) -> Option<String>;

/// Next steps by error code.
const STEPS: [(&str, Step); 7] = [
    ("RequestDisallowedByPolicy", policy),
    ("LinkedAuthorizationFailed", linked),
    ("AuthorizationFailed", unlinked),
    ("ScopeLocked", locked),
    ("InvalidAuthenticationTokenTenant", tenant),
    ("ParentResourceNotFound", parent),
    ("MissingSubscriptionRegistration", unregistered),
];

/// Returns the error codes of ARM that have a next step.
pub fn codes() -> impl Iterator<Item = &'static str> {
    STEPS.iter().map(|(code, _)| *code)
}

/// Returns the next step for an error, or `None` if none is known.
pub(super) fn step(error: &Error) -> Option<String> {
    if error.to_string().contains(SECOND_GROUP) {
        return Some(second_group());
    }
    let known = STEPS.iter().find(|(code, _)| error.code_is(code));
    let known = known.and_then(|(_, step)| step(error));
    known.or_else(|| foundry::step(error)).or_else(|| general(error))
}

/// Azure's message about an endpoint that already has a zone group.
pub const SECOND_GROUP: &str = "more than one private dns zone group";

fn second_group() -> String {
    "An endpoint can have one zone group, and this endpoint already has another one, possibly from \
     an Azure Policy. To leave it to its owner, set `dns_zone_group_mode = \"policy\"` in the \
     endpoint and remove the group here. To adopt it, give the group here the name of the existing \
     one; an azureai_private_dns_zone_group also needs `adopt_existing = true`."
        .to_owned()
}

fn policy(error: &Error) -> Option<String> {
    let policies: String = error.violations().iter().map(told).collect();
    let forbids = match error.violations().len() {
        0 => "An Azure Policy denies the request.".to_owned(),
        1 => format!("This Azure Policy assignment denies the request:{policies}"),
        _ => format!("These Azure Policy assignments deny the request:{policies}"),
    };
    Some(format!(
        "{forbids}\n\nChange the configuration to comply with the policy, or ask an administrator \
         to create an exemption:\n\n  az policy exemption create --name NAME --exemption-category \
         Waiver --scope SCOPE --policy-assignment {}",
        error.violations().first().map_or("ASSIGNMENT", |it| it.assignment_id.as_str())
    ))
}

fn told(violation: &PolicyViolation) -> String {
    let PolicyViolation { assignment, assignment_id, definition, definition_id } = violation;
    format!(
        "\n  - policy assignment {assignment:?}: {assignment_id}\n    policy definition \
         {definition:?}: {definition_id}"
    )
}

/// Returns the next step for an identity that has permission on the object, but not on a resource
/// that the object refers to.
fn linked(error: &Error) -> Option<String> {
    let text = error.to_string();
    if let Some(subscription) = quoted_after(&text, "to access linked subscription ") {
        return Some(format!(
            "This resource refers to the subscription {subscription}, which belongs to another \
             tenant. Add that tenant to `auxiliary_tenant_ids` (or ARM_AUXILIARY_TENANT_IDS), and \
             ask an administrator of the tenant to add the identity that Terraform runs as. To see \
             the tenant's ID:\n\n  az account show --subscription {subscription} --query tenantId"
        ));
    }
    let actions = quoted_after(&text, "to perform action(s) ")?;
    let scopes = quoted_after(&text, "on the linked scope(s) ")?;
    Some(missing_role(&text, actions, scopes))
}

/// Returns the next step for a resource provider that is not registered in the subscription.
fn unregistered(error: &Error) -> Option<String> {
    let text = error.to_string();
    let namespace = quoted_after(&text, "to use namespace ")?;
    Some(register_command(&[namespace]))
}

/// Returns the commands that register resource providers.
pub fn register_command(namespaces: &[&str]) -> String {
    let command = |name: &&str| format!("az provider register --wait --namespace {name}");
    let commands = namespaces.iter().map(command).collect::<Vec<_>>().join("\n");
    format!("Register each resource provider in the subscription:\n\n{}", super::pasted(&commands))
}

/// Returns the next step for an identity that lacks a permission on the object.
fn unlinked(error: &Error) -> Option<String> {
    let text = error.to_string();
    let action = quoted_after(&text, "to perform action ")?;
    let scope = quoted_after(&text, "over scope ")?;
    Some(missing_role(&text, action, scope))
}

fn missing_role(text: &str, actions: &str, scopes: &str) -> String {
    let who = quoted_after(text, "with object id ");
    // Azure lists several actions and as many scopes, in one order.
    let pairs = actions.split(',').map(str::trim).zip(scopes.split(',').map(str::trim));
    let commands: Vec<String> =
        pairs.map(|(action, scope)| role_command(who, action, scope)).collect();
    let (permission, this) = match commands.len() {
        1 => ("permission", "this permission"),
        _ => ("permissions", "these permissions"),
    };
    format!(
        "The identity that Terraform runs as{} lacks the {permission} {actions} on {scopes}. If \
         you assigned a role in the last few minutes, wait and apply again. Otherwise ask an \
         administrator to assign a role with {this}:\n\n{}\n\nA new role assignment takes \
         some minutes to take effect. To wait longer for it, raise `rbac_propagation_timeout` in \
         the provider's configuration.",
        who.map(|who| format!(" (object ID {who})")).unwrap_or_default(),
        super::pasted(&commands.join("\n"))
    )
}

/// Returns the text in single quotes after `before`, or `None` if there is none.
fn quoted_after<'t>(text: &'t str, before: &str) -> Option<&'t str> {
    let (_, rest) = text.split_once(before)?;
    let (quoted, _) = rest.strip_prefix('\'')?.split_once('\'')?;
    Some(quoted).filter(|quoted| !quoted.is_empty())
}

/// Returns the command that assigns a role with an action at a scope. `who` is the object ID of the
/// identity.
pub fn role_command(who: Option<&str>, action: &str, scope: &str) -> String {
    assign_command(who, role(action), assignable(scope))
}

/// Returns the scope to assign a role at: the object, or its subscription if the object is in no
/// resource group. Azure's message about a purge names the deleted account, and the purge needs its
/// role on the subscription (docs/guides/roles.md).
fn assignable(object: &str) -> &str {
    match object.split_once("/providers/") {
        Some((parent, _)) if parent.split('/').count() == 3 => parent,
        _ => object,
    }
}

/// Returns the command that assigns a role at a scope. `who` is the object ID of the identity.
pub fn assign_command(who: Option<&str>, role: &str, scope: &str) -> String {
    let who = who.unwrap_or("OBJECT_ID");
    format!("az role assignment create --assignee-object-id {who} --role {role:?} --scope {scope}")
}

/// Returns a built-in role with an action, the narrowest that fits.
fn role(action: &str) -> &'static str {
    let action = action.to_lowercase();
    let roles = [
        ("/privateendpointconnectionsapproval/", "Azure AI Enterprise Network Connection Approver"),
        ("microsoft.network/privatednszones/", "Private DNS Zone Contributor"),
        ("microsoft.network/", "Network Contributor"),
        ("microsoft.storage/", "Storage Account Contributor"),
        ("microsoft.keyvault/", "Key Vault Contributor"),
        ("microsoft.cognitiveservices/", "Cognitive Services Contributor"),
        ("microsoft.search/", "Search Service Contributor"),
    ];
    let fits = roles.iter().find(|(part, _)| action.contains(part));
    fits.map_or("Contributor", |(_, role)| role)
}

fn locked(error: &Error) -> Option<String> {
    let text = error.to_string();
    let scope = quoted_after(&text, "scope(s) are locked: ");
    let first = scope.map(|scopes| scopes.split(',').next().unwrap_or(scopes).trim());
    Some(match first {
        None => {
            "A management lock protects the resource. Ask an administrator to remove the lock, and \
             run Terraform again."
                .to_owned()
        }
        Some(scope) => format!(
            "A management lock on {scope} protects the resource. List the locks, ask an \
             administrator to remove the one that applies, and run Terraform again:\n\n  az rest \
             --method get --url \
             {scope}/providers/Microsoft.Authorization/locks?api-version=2020-05-01\n  az lock \
             delete --ids {scope}/providers/Microsoft.Authorization/locks/NAME"
        ),
    })
}

/// Returns the next step for an object whose parent does not exist.
fn parent(error: &Error) -> Option<String> {
    let text = error.to_string();
    let parent = quoted_after(&text, "the parent resource ").map(|it| format!(" ({it})"));
    Some(format!(
        "The parent resource{} does not exist. Check its name, its resource group and its \
         subscription. If the same run creates it, refer to its ID, so that Terraform creates it \
         first.",
        parent.unwrap_or_default()
    ))
}

fn tenant(_: &Error) -> Option<String> {
    Some(
        "The subscription belongs to a different tenant than the one that the identity signed in \
         to. Set `tenant_id` (or ARM_TENANT_ID), or sign in with `az login --tenant` for the Azure \
         CLI. To manage subscriptions of several tenants, add the other tenants to \
         `auxiliary_tenant_ids` (or ARM_AUXILIARY_TENANT_IDS)."
            .to_owned(),
    )
}

/// Error codes of throttling.
const THROTTLED: [&str; 3] =
    ["TooManyRequests", "SubscriptionRequestsThrottled", "ResourceRequestsThrottled"];

fn general(error: &Error) -> Option<String> {
    let throttled = THROTTLED.iter().any(|code| error.code_is(code));
    let text = match error.kind() {
        ErrorKind::SignIn => return credential::advice(error).map(str::to_owned),
        ErrorKind::Denied => {
            "If you assigned a role in the last few minutes, wait and apply again. Otherwise ask \
             an administrator to assign the identity that Terraform runs as a role with the action \
             and scope that the message names."
        }
        ErrorKind::Timeout if throttled => {
            "Azure throttled the requests until the timeout. The state has every change that Azure \
             accepted. Run Terraform again later, with a lower -parallelism, a lower \
             `max_concurrent_requests` in the provider's configuration, or a longer `timeouts` \
             block."
        }
        ErrorKind::Throttled => {
            "Run Terraform again later, with a lower -parallelism, a lower \
             `max_concurrent_requests` in the provider's configuration, or a longer `timeouts` \
             block."
        }
        ErrorKind::Timeout => {
            "The state has every change that Azure accepted. Run Terraform again with a longer \
             `timeouts` block."
        }
        ErrorKind::Cancelled => {
            "The state has every change that Azure accepted. Run Terraform again to continue."
        }
        ErrorKind::Transport => {
            "Check the network, the proxy settings (HTTPS_PROXY, NO_PROXY), the certificates \
             (SSL_CERT_FILE) and the provider's `environment`, `metadata_host` or `endpoint`."
        }
        ErrorKind::NotFound
        | ErrorKind::AlreadyExists
        | ErrorKind::Invalid
        | ErrorKind::Conflict
        | ErrorKind::Protocol
        | ErrorKind::Decode => return None,
    };
    Some(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn next_step_names_the_identity_and_scopes_of_the_message() {
        let text = "The client 'c' with object id 'o' has permission to perform action 'A/write' \
                    on scope 's'; however, it does not have permission to perform action(s) \
                    'N/join/action,M/join/action' on the linked scope(s) '/a,/b' (respectively) or \
                    the linked scope(s) are invalid.";
        let actions = quoted_after(text, "to perform action(s) ").unwrap();
        let scopes = quoted_after(text, "on the linked scope(s) ").unwrap();
        let told = missing_role(text, actions, scopes);
        for words in ["object ID o", "--scope /a\n", "--scope /b\n"] {
            assert!(told.contains(words), "{told} lacks {words}");
        }
        assert_eq!(quoted_after("nothing", "to perform action "), None);
        assert_eq!(quoted_after("to perform action ''", "to perform action "), None);
    }

    #[test]
    fn role_for_an_object_outside_of_a_resource_group_is_assigned_on_the_subscription() {
        let deleted = "/subscriptions/s/providers/M.C/locations/eastus/resourceGroups/g/x/y";
        for (object, expected) in [
            (deleted, "/subscriptions/s"),
            ("/subscriptions/s", "/subscriptions/s"),
            ("/subscriptions/s/resourceGroups/g", "/subscriptions/s/resourceGroups/g"),
            ("/subscriptions/s/resourceGroups/g/providers/N/t/n", "/n"),
        ] {
            assert!(assignable(object).ends_with(expected), "{object}");
        }
    }

    #[test]
    fn suggested_role_is_the_narrowest_that_has_the_action() {
        for (action, expected) in [
            ("Microsoft.Network/virtualNetworks/subnets/join/action", "Network Contributor"),
            ("Microsoft.Network/privateDnsZones/join/action", "Private DNS Zone Contributor"),
            (
                "Microsoft.KeyVault/vaults/PrivateEndpointConnectionsApproval/action",
                "Azure AI Enterprise Network Connection Approver",
            ),
            ("Microsoft.KeyVault/vaults/write", "Key Vault Contributor"),
            ("Microsoft.MachineLearningServices/workspaces/write", "Contributor"),
        ] {
            assert_eq!(role(action), expected, "{action}");
        }
    }
}
