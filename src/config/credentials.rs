//! Who signs in, and how: azurerm's arguments.

use plugin::prelude::*;

/// Who signs in, and how.
#[derive(Model)]
pub struct Credentials {
    /// GUID of the tenant to sign in to. Or the environment variable `ARM_TENANT_ID`.
    pub(super) tenant_id: Option<String>,
    /// Up to three other tenants in whose subscriptions resources are read, changed or referred
    /// to. Or `ARM_AUXILIARY_TENANT_IDS`, with `;` between them.
    #[tf(check = at_most(3))]
    pub(super) auxiliary_tenant_ids: Option<Vec<String>>,
    /// Client ID of the service principal, or of a user-assigned managed identity. Or
    /// `ARM_CLIENT_ID`.
    pub(super) client_id: Option<String>,
    /// File that holds the client ID. Or `ARM_CLIENT_ID_FILE_PATH`.
    pub(super) client_id_file_path: Option<String>,
    /// Private key and certificate of the service principal, as base64 of a PKCS#12 file or as
    /// PEM. Or `ARM_CLIENT_CERTIFICATE`.
    pub(super) client_certificate: Option<Secret<String>>,
    /// File that holds private key and certificate of the service principal, PKCS#12 or PEM. It is
    /// read anew for each sign-in. Or `ARM_CLIENT_CERTIFICATE_PATH`.
    pub(super) client_certificate_path: Option<String>,
    /// Password of the client certificate's PKCS#12 file. Or `ARM_CLIENT_CERTIFICATE_PASSWORD`.
    pub(super) client_certificate_password: Option<Secret<String>>,
    /// Client secret of the service principal. Or `ARM_CLIENT_SECRET`.
    pub(super) client_secret: Option<Secret<String>>,
    /// File that holds the client secret. It is read anew for each sign-in. Or
    /// `ARM_CLIENT_SECRET_FILE_PATH`.
    pub(super) client_secret_file_path: Option<String>,
    /// Whether the service principal may sign in by a token of another issuer (OIDC). Or
    /// `ARM_USE_OIDC`.
    pub(super) use_oidc: Option<bool>,
    /// Token of another issuer that the service principal signs in by, with `use_oidc`. Or
    /// `ARM_OIDC_TOKEN`.
    pub(super) oidc_token: Option<Secret<String>>,
    /// File that holds such a token. It is read anew for each sign-in, because such files are
    /// replaced before the token expires. Or `ARM_OIDC_TOKEN_FILE_PATH`.
    pub(super) oidc_token_file_path: Option<String>,
    /// What the issuer at `oidc_request_url` knows the job by. Or `ARM_OIDC_REQUEST_TOKEN`; on
    /// GitHub and Azure DevOps, `ACTIONS_ID_TOKEN_REQUEST_TOKEN` and `SYSTEM_ACCESSTOKEN`.
    pub(super) oidc_request_token: Option<Secret<String>>,
    /// Where another issuer gives out its tokens, anew for each sign-in. Or `ARM_OIDC_REQUEST_URL`;
    /// on GitHub and Azure DevOps, `ACTIONS_ID_TOKEN_REQUEST_URL` and `SYSTEM_OIDCREQUESTURI`.
    pub(super) oidc_request_url: Option<String>,
    /// GUID of the Azure DevOps service connection to sign in as. Or
    /// `ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID` or `ARM_OIDC_AZURE_SERVICE_CONNECTION_ID`.
    pub(super) ado_pipeline_service_connection_id: Option<String>,
    /// Whether to sign in as the workload identity of an AKS pod: as `AZURE_CLIENT_ID` in
    /// `AZURE_TENANT_ID`, by the token in `AZURE_FEDERATED_TOKEN_FILE`. Or
    /// `ARM_USE_AKS_WORKLOAD_IDENTITY`.
    pub(super) use_aks_workload_identity: Option<bool>,
    /// Whether to sign in as the managed identity of the machine or app that Terraform runs on. Or
    /// `ARM_USE_MSI`.
    pub(super) use_msi: Option<bool>,
    /// Address of the service for managed identities, where it is not the host's usual one. Or
    /// `ARM_MSI_ENDPOINT`.
    pub(super) msi_endpoint: Option<String>,
    /// Version of the service for managed identities, where it is not the host's usual one. Or
    /// `ARM_MSI_API_VERSION`.
    pub(super) msi_api_version: Option<String>,
    /// Whether the account of the Azure CLI may be used, when nothing else is configured. Or
    /// `ARM_USE_CLI`; without it, true.
    pub(super) use_cli: Option<bool>,
}

/// The list is no longer than that.
fn at_most(most: usize) -> Check {
    Check::new(move |value| match value.as_list() {
        Some(list) if list.len() > most => Err(format!("Azure takes at most {most} of them.")),
        _ => Ok(()),
    })
}
