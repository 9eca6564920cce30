//! Faults before and after a token is issued.

use emulator::{Fault, FaultKind};

use super::platform::Platform;
use super::{keeps_secret_beside, one_for_each_process, secret_file, tokens, verbose, world};
use crate::pieces;
use crate::world::World;

/// Returns a world with the client secret, and a fault of its token service.
fn world_with(fault: Fault) -> World {
    let world = World::new();
    world.cloud.fault(fault.path("/oauth2/"));
    world.config(pieces::ZONE);
    world
}

#[test]
fn wrong_client_secret_is_explained() {
    let mut world = world();
    verbose(&mut world);
    world.set("ARM_CLIENT_SECRET", "not-the-secret");
    world
        .apply()
        .fails_with("AADSTS7000215")
        .says("Connecting to Azure: signing in to Azure failed")
        .says("The provider tried to sign in with a client secret. These inputs are set:")
        .says("`client_secret` from the environment variable ARM_CLIENT_SECRET")
        .says("Set the secret's value, not its ID")
        .keeps_quiet_about("not-the-secret");
    keeps_secret_beside(&world, "sign-in", &["not-the-secret"]);
    assert!(!world.cloud.has(pieces::ZONE_PATH));
}

#[test]
fn unknown_tenant_or_client_is_explained() {
    for (name, code, advice) in [
        ("ARM_TENANT_ID", "AADSTS90002", "The tenant does not exist in this cloud."),
        ("ARM_CLIENT_ID", "AADSTS700016", "Check that the ID is the application's client ID"),
    ] {
        let mut world = World::new();
        world.set(name, "00000000-1111-2222-3333-444444444444").config(pieces::ZONE);
        world.apply().fails_with(code).says(advice).says(name);
    }
}

#[test]
fn unreachable_token_service_is_an_error() {
    let world = world_with(Fault::new(FaultKind::ResetBefore).count(0));
    world.apply().fails_with("signing in to Azure failed").says("cannot be reached");
    world.cloud.forget_faults();
    world.apply().creates(1);
}

#[test]
fn unavailable_token_service_is_retried() {
    let world = world_with(Fault::new(FaultKind::ResetBefore).count(3));
    world.apply().creates(1);
    let busy = Fault::status(503, "ServiceUnavailable", "Later.").retry_after("1");
    let world = world_with(busy.count(2));
    world.apply().creates(1);
}

#[test]
fn slow_token_service_is_asked_once() {
    let world = world_with(Fault::new(FaultKind::Delay { milliseconds: 3_000 }).count(0));
    world.config(&pieces::one_of_each());
    world.apply().creates(5);
    assert!(one_for_each_process(tokens(&world)), "the token is requested once");
}

#[test]
fn html_from_the_token_service_is_an_error() {
    let world = world_with(Fault::new(FaultKind::Html { status: 200 }).count(0));
    world
        .apply()
        .fails_with("signing in to Azure failed")
        .says("/oauth2/v2.0/token returned status 200 with no token but:");
}

#[test]
fn expired_token_is_renewed_during_apply() {
    let world = World::new();
    world.config(&pieces::one_of_each());
    for path in ["/privateDnsZones/", "/privateEndpoints/", "/workspaces/"] {
        world.cloud.fault(Fault::new(FaultKind::ExpiredToken).path(path));
        world.cloud.fault(Fault::new(FaultKind::ExpiredToken).path(path).nth(3));
    }
    world.apply().creates(5);
    world.plan().is_quiet();
}

#[test]
fn token_that_arm_always_rejects_is_an_error() {
    let world = World::new();
    world.config(pieces::ZONE);
    let fault = Fault::new(FaultKind::ExpiredToken).path("/subscriptions/");
    world.cloud.fault(fault.count(0));
    world.apply().fails_with("ExpiredAuthenticationToken");
}

#[test]
fn replaced_token_file_is_read_again_during_apply() {
    let mut world = world();
    let token = world.cloud.assertion();
    let file = secret_file(&world, "token", &token);
    world.set("ARM_USE_OIDC", "true").set("ARM_OIDC_TOKEN_FILE_PATH", &file);
    world.cloud.hold(true);
    let mut running = world.start(&["apply", "-input=false", "-auto-approve"]);
    running.wait_until("the zone is being made", || {
        let requests = world.cloud.requests();
        requests.iter().any(|request| request.method == "PUT")
    });
    // Azure rejects the access token of the next request, and the first token in the file is no
    // longer valid.
    let second = world.cloud.assertion();
    secret_file(&world, "token", &second);
    world.cloud.fault(Fault::new(FaultKind::ExpiredToken).path("/subscriptions/"));
    world.cloud.hold(false);
    world.end(running).creates(1);
    world.plan().is_quiet();
}

#[test]
fn missing_token_file_is_an_error() {
    let mut world = world();
    world.set("ARM_USE_OIDC", "true").set("ARM_OIDC_TOKEN_FILE_PATH", "/none/token");
    world
        .apply()
        .fails_with("`oidc_token_file_path` names a file that cannot be used")
        .says("/none/token cannot be read")
        .says("ARM_OIDC_TOKEN_FILE_PATH");
}

#[test]
fn wrong_certificate_password_is_explained() {
    let mut world = world();
    let path = super::fixture("modern.pfx");
    world
        .set("ARM_CLIENT_CERTIFICATE_PATH", path.to_str().unwrap())
        .set("ARM_CLIENT_CERTIFICATE_PASSWORD", "other-hush");
    world
        .apply()
        .fails_with("Check the password and the file")
        .says("`client_certificate_path` from the environment variable")
        .keeps_quiet_about("other-hush");
}

#[test]
fn subscription_of_another_tenant_is_explained() {
    let world = World::new();
    world.config(pieces::ZONE);
    let words = "The access token is from the wrong issuer.";
    let fault = Fault::status(401, "InvalidAuthenticationTokenTenant", words);
    world.cloud.fault(fault.path("/subscriptions/").count(0));
    world.apply().fails_with(words).says("The subscription belongs to a different tenant");
}

#[test]
fn token_from_a_clock_five_minutes_behind_is_used() {
    let mut world = world();
    let app = Platform::start(&mut world);
    world
        .unset("ARM_CLIENT_ID")
        .set("ARM_USE_MSI", "true")
        .set("ARM_MSI_ENDPOINT", &app.url("/late-app"));
    world.config(&pieces::one_of_each());
    world.apply().creates(5);
    assert!(one_for_each_process(app.seen().len()), "{:?}", app.seen());
}

#[test]
fn metadata_request_is_retried() {
    let world = World::new();
    let fault = Fault::new(FaultKind::ResetBefore).path("/metadata/endpoints");
    world.cloud.fault(fault.count(2));
    world.config(pieces::ZONE);
    world.apply().creates(1);
}

/// Covers a plan with resources to create and a plan with existing resources.
#[test]
fn failed_sign_in_is_reported_once() {
    let mut world = World::new();
    world.config(&pieces::one_of_each());
    let once = |world: &World| {
        let outcome = world.plan().fails_with("AADSTS7000215").keeps_quiet_about("Checks not run");
        assert_eq!(outcome.output().matches("Error: ").count(), 1, "{}", outcome.output());
    };
    let secret = world.cloud.client_secret();
    world.set("ARM_CLIENT_SECRET", "not-the-secret");
    once(&world);
    world.set("ARM_CLIENT_SECRET", &secret);
    world.apply().creates(5);
    world.set("ARM_CLIENT_SECRET", "not-the-secret");
    once(&world);
}

#[test]
fn oidc_token_is_trimmed() {
    let mut world = world();
    let token = format!(" {}\n", world.cloud.assertion());
    world.set("ARM_USE_OIDC", "true").set("ARM_OIDC_TOKEN", &token);
    world.apply().creates(1);
}

/// The linked object is in a subscription of a tenant that the token is not valid for. No role
/// fixes this, so the provider does not wait for a role.
#[test]
fn link_to_another_tenant_is_an_error_without_a_wait() {
    let world = World::new();
    let words = "The client has permission to perform action 'A' on scope 's', however the current \
                 tenant 't' is not authorized to access linked subscription 'sub-of-others'.";
    let fault = Fault::status(403, "LinkedAuthorizationFailed", words).method("PUT");
    world.cloud.fault(fault.path("/virtualNetworkLinks/").count(0));
    let provider = "provider \"azureai\" {\n  rbac_propagation_timeout = \"10m\"\n}\n";
    world.config_with_provider(provider, &[pieces::ZONE, pieces::LINK].concat());
    let refused = world.apply().fails_with("`auxiliary_tenant_ids`").says("sub-of-others");
    assert!(refused.time() < std::time::Duration::from_secs(60), "{:?}", refused.time());
}
