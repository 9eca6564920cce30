//! Tests that each method of signing in is selected in azurerm's order, and that contradictions are
//! reported.

use super::*;
use std::collections::BTreeMap;
use std::io::Write as _;

/// Splits `name=value` pairs. Values contain no blanks.
fn pairs(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.split_whitespace().map(|pair| pair.split_once('=').unwrap())
}

/// Resolves arguments and variables.
fn resolve(arguments: &str, variables: &str) -> Result<Resolved, Diagnostic> {
    let mut config = Settings::block().empty();
    for (name, value) in pairs(arguments) {
        let value = match value {
            "true" | "false" => Value::Bool(value == "true"),
            _ if name.ends_with("_ids") => Value::List(value.split(',').map(Value::from).collect()),
            _ => Value::from(value),
        };
        config.set_entry(name, value);
    }
    let own = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
    let variables: BTreeMap<String, String> = pairs(variables).map(own).collect();
    let environment = move |name: &str| variables.get(name).cloned();
    read(&config, &environment)
}

/// Returns the outcome as text.
fn told(arguments: &str, variables: &str) -> String {
    let told = |fault: Diagnostic| format!("{:?} {} {}", fault.path, fault.summary, fault.detail);
    match resolve(arguments, variables).map(|resolved| resolved.credential) {
        Ok(Ok(settings)) => format!("{settings:?}"),
        Ok(Err(fault)) => format!("lazily {}", told(fault)),
        Err(fault) => told(fault),
    }
}

fn check(arguments: &str, variables: &str, says: &[&str]) {
    let told = told(arguments, variables);
    for words in says {
        let (negated, words) = words.strip_prefix('!').map_or((false, *words), |it| (true, it));
        assert!(
            told.contains(words) != negated,
            "{arguments} | {variables}: {told}\nlacks, or must not have: {words}"
        );
    }
    assert!(!told.contains("hush"), "a secret appears: {told}");
}

const WHO: &str = "ARM_TENANT_ID=t ARM_CLIENT_ID=c ";

#[test]
fn each_method_is_selected_by_its_inputs() {
    for (variables, says) in [
        ("ARM_CLIENT_SECRET=hush", &["ClientSecret { client_id: \"c\""][..]),
        ("ARM_CLIENT_CERTIFICATE=hush", &["ClientCertificate", "Text(***)"]),
        ("ARM_CLIENT_CERTIFICATE_PATH=/c.pfx", &["ClientCertificate", "Path(\"/c.pfx\")"]),
        ("ARM_USE_OIDC=true ARM_OIDC_TOKEN=hush", &["Assertion", "Token(Value(***))"]),
        (
            "ARM_USE_OIDC=1 ACTIONS_ID_TOKEN_REQUEST_URL=https://u \
             ACTIONS_ID_TOKEN_REQUEST_TOKEN=hush",
            &["GitHub(GitHub", "https://u"],
        ),
        (
            "ARM_USE_OIDC=true SYSTEM_OIDCREQUESTURI=https://u SYSTEM_ACCESSTOKEN=hush \
             ARM_OIDC_AZURE_SERVICE_CONNECTION_ID=sc",
            &["AzureDevOps(AzureDevOps", "service_connection: \"sc\""],
        ),
        ("ARM_USE_MSI=true", &["ManagedIdentity", "client_id: Some(\"c\")", "Machine"]),
        (
            "ARM_USE_MSI=true IDENTITY_ENDPOINT=http://i IDENTITY_HEADER=hush",
            &["AppService", "http://i"],
        ),
        ("ARM_USE_MSI=true ARM_MSI_ENDPOINT=http://m", &["endpoint: Some(\"http://m\")"]),
        ("ARM_SUBSCRIPTION_ID=s", &["AzureCli { subscription: Some(\"s\") }"]),
    ] {
        check("", &format!("{WHO}{variables}"), says);
    }
}

#[test]
fn methods_are_tried_in_azurerms_order() {
    let all = "ARM_CLIENT_CERTIFICATE=hush ARM_CLIENT_SECRET=hush ARM_USE_OIDC=true \
               ARM_OIDC_TOKEN=hush ARM_OIDC_REQUEST_URL=https://u ARM_OIDC_REQUEST_TOKEN=hush \
               ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID=sc ARM_USE_MSI=true";
    let mut left: Vec<&str> = all.split_whitespace().collect();
    for (method, without) in [
        ("method: ClientCertificate", "ARM_CLIENT_CERTIFICATE=hush"),
        ("method: ClientSecret", "ARM_CLIENT_SECRET=hush"),
        ("assertion: Token", "ARM_OIDC_TOKEN=hush"),
        ("assertion: AzureDevOps", "ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID=sc"),
        ("assertion: GitHub", "ARM_USE_OIDC=true"),
        ("method: ManagedIdentity", "ARM_USE_MSI=true"),
        ("method: AzureCli", ""),
    ] {
        check("", &format!("{WHO}{}", left.join(" ")), &[method]);
        left.retain(|variable| *variable != without);
    }
}

#[test]
fn arguments_win_over_variables() {
    check(
        "client_secret=hush client_id=mine",
        &format!("{WHO} ARM_CLIENT_SECRET=hush2"),
        &[
            "client_id: \"mine\"",
            "`client_id` from the provider's configuration",
            "`tenant_id` from the environment variable ARM_TENANT_ID",
        ],
    );
    check("use_cli=false", "ARM_USE_CLI=true", &["no credentials", "disables the Azure CLI"]);
    let resolved = resolve("metadata_host=here", "ARM_METADATA_HOSTNAME=there").unwrap();
    assert_eq!(resolved.location, Where::Metadata("here".into()));
}

#[test]
fn an_incomplete_requested_method_is_an_error() {
    for (variables, says) in [
        (
            "ARM_CLIENT_SECRET=hush ARM_CLIENT_ID=c",
            &["lazily", "client_secret", "`tenant_id` (or ARM_TENANT_ID)", "!`client_id` (or"][..],
        ),
        ("ARM_CLIENT_CERTIFICATE_PATH=/c", &["`tenant_id` (or", "`client_id` (or"]),
        (
            "ARM_TENANT_ID=t ARM_CLIENT_ID=c ARM_USE_OIDC=true",
            &["a token: `oidc_token`", "id-token: write", "from the environment variable ARM_USE"],
        ),
        (
            "ARM_TENANT_ID=t ARM_CLIENT_ID=c ARM_USE_OIDC=true SYSTEM_OIDCREQUESTURI=https://u \
             SYSTEM_ACCESSTOKEN=hush",
            &["`ado_pipeline_service_connection_id` (or"],
        ),
        ("ARM_USE_AKS_WORKLOAD_IDENTITY=true", &["variable AZURE_FEDERATED_TOKEN_FILE"]),
        // A later method in the order can be complete.
        ("ARM_CLIENT_SECRET=hush ARM_USE_MSI=true", &["ManagedIdentity"]),
        ("ARM_CLIENT_SECRET=hush ARM_USE_CLI=true", &["AzureCli"]),
    ] {
        check("", variables, says);
    }
}

#[test]
fn without_inputs_the_azure_cli_is_tried_and_the_methods_are_listed() {
    check(
        "",
        "ARM_CLIENT_ID=c",
        &["AzureCli", "`client_id` from the environment variable ARM_CLIENT_ID", "az login"],
    );
    let none = told("use_cli=false", "");
    let (_, ways) = none.split_once("The methods are:").unwrap();
    assert!(ways.find("Azure CLI").unwrap() < ways.find("Managed").unwrap());
}

#[test]
fn a_value_and_its_file_must_be_equal() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    writeln!(file, " hush ").unwrap();
    let path = file.path().display();
    for (name, on) in
        [("client_secret", ""), ("oidc_token", "use_oidc=true"), ("client_id", "client_secret=x")]
    {
        let differ = format!("{name}=elsewise {name}_file_path={path} {on}");
        let says = ["two different values", name, "!elsewise"];
        check(&differ, "ARM_TENANT_ID=t ARM_CLIENT_ID=", &says);
    }
    let same = format!("client_secret=hush client_secret_file_path={path}");
    check(&same, WHO, &["ClientSecret", "File("]);
    check("client_secret_file_path=/none", WHO, &["cannot be used", "/none", "cannot be read"]);
    let pod = format!(
        "use_aks_workload_identity=true client_id=c tenant_id=t oidc_token=x {on}",
        on = ""
    );
    let variables = format!("AZURE_FEDERATED_TOKEN_FILE={path} AZURE_CLIENT_ID=c");
    check(&pod, &variables, &["two different values", "AZURE_FEDERATED_TOKEN_FILE"]);
}

#[test]
fn a_pods_identity_comes_from_its_variables() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    writeln!(file, "hush").unwrap();
    let path = file.path().display();
    let pod = format!("AZURE_CLIENT_ID=pc AZURE_TENANT_ID=pt AZURE_FEDERATED_TOKEN_FILE={path}");
    let on = "use_aks_workload_identity=true";
    check(on, &pod, &["client_id: \"pc\"", "tenant: Some(\"pt\")", "AKS", "Token(File("]);
    check("", &pod, &["AzureCli"]);
    check(on, &format!("{pod} ARM_CLIENT_ID=c"), &["`client_id` has two different values"]);
    check(on, &format!("{pod} ARM_TENANT_ID=t"), &["`tenant_id` has two different values"]);
}

#[test]
fn auxiliary_tenants_are_a_list_or_separated_by_semicolons() {
    let secret = format!("{WHO}ARM_CLIENT_SECRET=hush ARM_AUXILIARY_TENANT_IDS=a;b;");
    check("", &secret, &["auxiliary_tenants: [\"a\", \"b\"]"]);
    check("auxiliary_tenant_ids=x", &secret, &["auxiliary_tenants: [\"x\"]"]);
    check("use_msi=true auxiliary_tenant_ids=x", "", &["exclude each other"]);
}

#[test]
fn contradicting_methods_in_the_configuration_are_reported() {
    let both = "client_secret=hush use_msi=true client_id=c tenant_id=t";
    let warnings = resolve(both, "").unwrap().warnings;
    let warning = warnings.iter().next().expect("a warning");
    assert!(warning.detail.contains("signs in with a client secret"), "{}", warning.detail);
    // A variable beside an argument is not a contradiction: azurerm's order decides.
    let related = resolve("client_secret=hush", &format!("{WHO}ARM_USE_MSI=true")).unwrap();
    assert_eq!(related.warnings.iter().count(), 0);
    check("", "ARM_USE_MSI=yes", &["`use_msi` is neither true nor false", "ARM_USE_MSI"]);
}

#[test]
fn clouds_are_found_by_name_or_by_endpoints() {
    let location = |arguments, variables| resolve(arguments, variables).map(|it| it.location);
    let named = |name: &str| Where::Named(name.to_owned());
    assert_eq!(location("", "").unwrap(), named("public"));
    assert_eq!(location("", "ARM_ENVIRONMENT=usgovernment").unwrap(), named("usgovernment"));
    let part = "ARM_RESOURCE_MANAGER_ENDPOINT=https://localhost:1";
    let Where::Endpoints { resource_manager, authority, audience } =
        location("environment=china", part).unwrap()
    else {
        panic!("not by its parts")
    };
    assert_eq!((resource_manager.as_str(), audience), ("https://localhost:1", None));
    assert!(authority.contains("chinacloudapi.cn"), "{authority}");
    let lacking = location("environment=custom", part).unwrap_err();
    assert!(lacking.detail.contains("active_directory_authority_host"), "{}", lacking.detail);
    let unknown = location("", "ARM_ENVIRONMENT=mars").unwrap_err();
    assert!(unknown.detail.contains("\"mars\" is not a cloud"), "{}", unknown.detail);
}

#[test]
fn headers_identify_the_sender() {
    let headers = |arguments, variables| resolve(arguments, variables).unwrap().headers;
    let none = headers("", "");
    assert_eq!((none.user_agent.as_str(), none.correlation_id), ("", Correlation::Made));
    let all = headers(
        "partner_id=11111111-1111-1111-1111-111111111111",
        "AZURE_HTTP_USER_AGENT=p\u{e4}ipe ARM_CORRELATION_REQUEST_ID=co",
    );
    assert_eq!(all.user_agent, "pid-11111111-1111-1111-1111-111111111111 pipe");
    assert_eq!(all.correlation_id, Correlation::Given("co".into()));
    let off = headers("disable_correlation_request_id=true", "ARM_CORRELATION_REQUEST_ID=co");
    assert_eq!(off.correlation_id, Correlation::Off);
}

#[test]
fn descriptions_name_every_variable() {
    let block = Settings::block();
    let endpoint = "resource_manager_endpoint resource_manager_audience \
                    active_directory_authority_host";
    for (name, variables) in inputs::VARIABLES {
        if endpoint.contains(name) {
            continue;
        }
        let attributes = &block.attributes;
        let attribute = attributes.iter().find(|it| it.facts.name == *name);
        let text = attribute.expect(name).facts.description;
        assert!(text.contains(variables[0]), "{name} does not name {}: {text}", variables[0]);
    }
}

/// Each variable has the effect of the other variables of its argument.
#[test]
fn every_variable_has_an_effect() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(b"words").unwrap();
    let file = file.path().to_str().unwrap();
    let who = |more: &str| format!("{WHO}{more}");
    for (argument, variables) in inputs::VARIABLES {
        let (value, around) = match *argument {
            "client_id_file_path" => (file, "ARM_TENANT_ID=t ARM_CLIENT_SECRET=s".to_owned()),
            "client_secret_file_path" => (file, who("")),
            "oidc_token_file_path" => (file, who("ARM_USE_OIDC=true")),
            "client_secret" | "client_certificate" | "client_certificate_path" => ("x", who("")),
            "client_certificate_password" => ("x", who("ARM_CLIENT_CERTIFICATE_PATH=/c.pfx")),
            "use_oidc" => ("true", who("ARM_OIDC_TOKEN=t")),
            "oidc_token" => ("x", who("ARM_USE_OIDC=true")),
            "oidc_request_token" => ("x", who("ARM_USE_OIDC=true ARM_OIDC_REQUEST_URL=https://u")),
            "oidc_request_url" => ("https://x", who("ARM_USE_OIDC=true ARM_OIDC_REQUEST_TOKEN=t")),
            "ado_pipeline_service_connection_id" => {
                let asked = "ARM_OIDC_REQUEST_URL=https://u ARM_OIDC_REQUEST_TOKEN=t";
                ("x", who(&format!("ARM_USE_OIDC=true {asked}")))
            }
            "use_aks_workload_identity" => {
                let given = "AZURE_CLIENT_ID=c AZURE_TENANT_ID=t AZURE_FEDERATED_TOKEN_FILE=/f";
                ("true", given.to_owned())
            }
            "use_msi" => ("true", who("")),
            "msi_endpoint" | "msi_api_version" => ("http://x", who("ARM_USE_MSI=true")),
            "use_cli" => ("false", String::new()),
            "environment" => ("china", who("ARM_CLIENT_SECRET=s")),
            "disable_correlation_request_id" => ("true", who("ARM_CLIENT_SECRET=s")),
            _ => ("x", who("ARM_CLIENT_SECRET=s")),
        };
        let whole = |variables: &str| {
            let more = resolve("", variables).map(|it| {
                format!("{:?} {:?} {:?}", it.defaults.subscription_id, it.location, it.headers)
            });
            format!("{} {:?}", told("", variables), more.ok())
        };
        let heard = |variable: &&str| {
            // The text names the variable.
            whole(&format!("{around} {variable}={value}")).replace(variable, "it")
        };
        let heard: Vec<String> = variables.iter().map(heard).collect();
        for (variable, told) in variables.iter().zip(&heard) {
            assert_ne!(*told, whole(&around), "{variable}");
            // The variables of Azure DevOps identify the platform.
            assert!(*told == heard[0] || variable.starts_with("SYSTEM_"), "{variables:?}");
        }
    }
}
