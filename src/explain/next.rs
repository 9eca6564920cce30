//! What to do about an error of ARM's, with the names that its own words hold.

use super::foundry;
use azure::credential;
use azure::error::{Error, ErrorKind, PolicyViolation};

/// What to do about an error of one code, where its words say enough.
type Step = fn(&Error) -> Option<String>;

/// What is known to be done about errors of these codes.
const STEPS: [(&str, Step); 7] = [
    ("RequestDisallowedByPolicy", policy),
    ("LinkedAuthorizationFailed", linked),
    ("AuthorizationFailed", unlinked),
    ("ScopeLocked", locked),
    ("InvalidAuthenticationTokenTenant", tenant),
    ("ParentResourceNotFound", parent),
    ("MissingSubscriptionRegistration", unregistered),
];

/// The codes of ARM's errors to which a next step is known.
pub fn codes() -> impl Iterator<Item = &'static str> {
    STEPS.iter().map(|(code, _)| *code)
}

/// What to do about it.
pub(super) fn step(error: &Error) -> Option<String> {
    if error.to_string().contains(SECOND_GROUP) {
        return Some(second_group());
    }
    let known = STEPS.iter().find(|(code, _)| error.code_is(code));
    let known = known.and_then(|(_, step)| step(error));
    known.or_else(|| foundry::step(error)).or_else(|| general(error))
}

/// Azure's words about an endpoint that has a zone group already.
pub const SECOND_GROUP: &str = "more than one private dns zone group";

fn second_group() -> String {
    "An endpoint has one zone group, and this one has another already: an Azure Policy may have \
     made it. Leave it to whoever did (`dns_zone_group_mode = \"policy\"` in the endpoint, and no \
     group here), or give the group here the name of the one that is there, and it is taken over; \
     a group that is a resource of its own also needs `adopt_existing = true`."
        .to_owned()
}

fn policy(error: &Error) -> Option<String> {
    let policies: String = error.violations().iter().map(told).collect();
    let forbids = if policies.is_empty() {
        "An Azure Policy forbids it.".to_owned()
    } else {
        format!("What forbids it:{policies}")
    };
    Some(format!(
        "{forbids}\n\nChange the configuration to what the policy allows, or have an exemption \
         made: az policy exemption create --name NAME --exemption-category Waiver --scope SCOPE \
         --policy-assignment {}",
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

/// The identity may do it, but not with what it refers to.
fn linked(error: &Error) -> Option<String> {
    let text = error.to_string();
    if let Some(subscription) = quoted_after(&text, "to access linked subscription ") {
        return Some(format!(
            "The subscription {subscription}, in which something is that this refers to, belongs \
             to another tenant. Name that tenant in `auxiliary_tenant_ids` (or \
             ARM_AUXILIARY_TENANT_IDS), and have the identity that Terraform runs as known there. \
             The tenant: az account show --subscription {subscription} --query tenantId"
        ));
    }
    let actions = quoted_after(&text, "to perform action(s) ")?;
    let scopes = quoted_after(&text, "on the linked scope(s) ")?;
    Some(missing_role(&text, actions, scopes))
}

/// The provider of the type is not registered in the subscription.
fn unregistered(error: &Error) -> Option<String> {
    let text = error.to_string();
    let namespace = quoted_after(&text, "to use namespace ")?;
    Some(register_command(&[namespace]))
}

/// The commands that register resource providers.
pub fn register_command(namespaces: &[&str]) -> String {
    let command = |name: &&str| format!("az provider register --wait --namespace {name}");
    let commands = namespaces.iter().map(command).collect::<Vec<_>>().join("\n");
    format!("Register them in the subscription:\n\n{}", super::pasted(&commands))
}

/// The identity may not do it.
fn unlinked(error: &Error) -> Option<String> {
    let text = error.to_string();
    let action = quoted_after(&text, "to perform action ")?;
    let scope = quoted_after(&text, "over scope ")?;
    Some(missing_role(&text, action, scope))
}

fn missing_role(text: &str, actions: &str, scopes: &str) -> String {
    let who = quoted_after(text, "with object id ");
    // Several actions stand beside as many scopes.
    let pairs = actions.split(',').map(str::trim).zip(scopes.split(',').map(str::trim));
    let commands: Vec<String> =
        pairs.map(|(action, scope)| role_command(who, action, scope)).collect();
    format!(
        "The identity that Terraform runs as{} lacks {actions} on {scopes}. Have it a role given, \
         and run again:\n\n{}\n\nA new role assignment takes some minutes to work: the provider's \
         `rbac_propagation_timeout` says how long that is waited for.",
        who.map(|who| format!(" (object ID {who})")).unwrap_or_default(),
        super::pasted(&commands.join("\n"))
    )
}

/// The text in the single quotes that follow.
fn quoted_after<'t>(text: &'t str, before: &str) -> Option<&'t str> {
    let (_, rest) = text.split_once(before)?;
    let (quoted, _) = rest.strip_prefix('\'')?.split_once('\'')?;
    Some(quoted).filter(|quoted| !quoted.is_empty())
}

/// The command that gives an identity a role with an action at a scope.
pub fn role_command(who: Option<&str>, action: &str, scope: &str) -> String {
    assign_command(who, role(action), scope)
}

/// The command that gives an identity a role at a scope.
pub fn assign_command(who: Option<&str>, role: &str, scope: &str) -> String {
    let who = who.unwrap_or("OBJECT_ID");
    format!("az role assignment create --assignee-object-id {who} --role {role:?} --scope {scope}")
}

/// The narrowest built-in role with an action, of those that fit the job.
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
        None => "A management lock protects it: have the lock removed first.".to_owned(),
        Some(scope) => format!(
            "A management lock on {scope} protects it. See it, and have it removed by who may, \
             then run again:\n\naz rest --method get --url \
             {scope}/providers/Microsoft.Authorization/locks?api-version=2020-05-01\naz \
             lock delete --ids {scope}/providers/Microsoft.Authorization/locks/NAME"
        ),
    })
}

/// What it is to be part of is not there.
fn parent(error: &Error) -> Option<String> {
    let text = error.to_string();
    let parent = quoted_after(&text, "the parent resource ").map(|it| format!(" ({it})"));
    Some(format!(
        "What it is to be in{} is not there: check its name, its resource group and its \
         subscription. If the same run makes it, let this resource refer to it by its ID.",
        parent.unwrap_or_default()
    ))
}

fn tenant(_: &Error) -> Option<String> {
    Some(
        "The subscription belongs to another tenant than the one that was signed in to: set \
         `tenant_id` (or ARM_TENANT_ID), or `az login --tenant` for the Azure CLI. To work in the \
         subscriptions of several tenants at once, name the others in `auxiliary_tenant_ids` (or \
         ARM_AUXILIARY_TENANT_IDS)."
            .to_owned(),
    )
}

/// Codes of too many requests.
const THROTTLED: [&str; 3] =
    ["TooManyRequests", "SubscriptionRequestsThrottled", "ResourceRequestsThrottled"];

fn general(error: &Error) -> Option<String> {
    let throttled = THROTTLED.iter().any(|code| error.code_is(code));
    let text = match error.kind() {
        ErrorKind::SignIn => return credential::advice(error).map(str::to_owned),
        ErrorKind::Denied => {
            "Give the identity that Terraform runs as a role with the action and scope named \
             above, and run again. A new role assignment takes some minutes to work."
        }
        ErrorKind::Timeout if throttled => {
            "Azure had too many requests until the time was over. What it has accepted is in the \
             state. Run again later, with a lower -parallelism, with a lower \
             `max_concurrent_requests` in the provider's configuration, or with a longer \
             `timeouts` block."
        }
        ErrorKind::Throttled => {
            "Run again later, with a lower -parallelism, with a lower `max_concurrent_requests` in \
             the provider's configuration, or with a longer `timeouts` block."
        }
        ErrorKind::Timeout => {
            "What Azure has accepted is in the state. Run again, with a longer `timeouts` block."
        }
        ErrorKind::Cancelled => "What Azure has accepted is in the state. Run again to go on.",
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
    fn names_are_taken_from_azures_words() {
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
    fn a_role_is_as_narrow_as_the_action() {
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
