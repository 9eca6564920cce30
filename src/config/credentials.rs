//! The arguments for signing in, with azurerm's names.

use plugin::prelude::*;

/// The arguments for signing in.
#[derive(Model)]
pub struct Credentials {
    /// GUID of the tenant to sign in to. Can also be set by the `ARM_TENANT_ID` environment
    /// variable.
    pub(super) tenant_id: Option<String>,
    /// GUIDs of at most three other tenants whose resources the provider reads, changes or refers
    /// to. Can also be set by the `ARM_AUXILIARY_TENANT_IDS` environment variable, separated by
    /// `;`.
    #[tf(check = at_most(3))]
    pub(super) auxiliary_tenant_ids: Option<Vec<String>>,
    /// Client ID of the service principal or of the user-assigned managed identity. Can also be set
    /// by the `ARM_CLIENT_ID` environment variable.
    pub(super) client_id: Option<String>,
    /// Path of a file that holds the client ID. Can also be set by the `ARM_CLIENT_ID_FILE_PATH`
    /// environment variable.
    pub(super) client_id_file_path: Option<String>,
    /// Certificate and private key of the service principal, as a Base64-encoded PKCS#12 file or as
    /// PEM. Can also be set by the `ARM_CLIENT_CERTIFICATE` environment variable.
    pub(super) client_certificate: Option<Secret<String>>,
    /// Path of a file with the certificate and private key of the service principal, as PKCS#12 or
    /// PEM. The provider reads the file at each sign-in. Can also be set by the
    /// `ARM_CLIENT_CERTIFICATE_PATH` environment variable.
    pub(super) client_certificate_path: Option<String>,
    /// Password of the client certificate's PKCS#12 file. Can also be set by the
    /// `ARM_CLIENT_CERTIFICATE_PASSWORD` environment variable.
    pub(super) client_certificate_password: Option<Secret<String>>,
    /// Client secret of the service principal. Can also be set by the `ARM_CLIENT_SECRET`
    /// environment variable.
    pub(super) client_secret: Option<Secret<String>>,
    /// Path of a file that holds the client secret. The provider reads the file at each sign-in.
    /// Can also be set by the `ARM_CLIENT_SECRET_FILE_PATH` environment variable.
    pub(super) client_secret_file_path: Option<String>,
    /// If `true`, signs in as the service principal with a token of another issuer (OpenID
    /// Connect). Can also be set by the `ARM_USE_OIDC` environment variable. Defaults to `false`.
    pub(super) use_oidc: Option<bool>,
    /// Token of another issuer that the service principal signs in with. Used with `use_oidc`. Can
    /// also be set by the `ARM_OIDC_TOKEN` environment variable.
    pub(super) oidc_token: Option<Secret<String>>,
    /// Path of a file that holds the OIDC token. The provider reads the file at each sign-in,
    /// because platforms replace the file before the token expires. Can also be set by the
    /// `ARM_OIDC_TOKEN_FILE_PATH` environment variable.
    pub(super) oidc_token_file_path: Option<String>,
    /// Bearer token for requests to `oidc_request_url`. Can also be set by the
    /// `ARM_OIDC_REQUEST_TOKEN` environment variable, on GitHub by
    /// `ACTIONS_ID_TOKEN_REQUEST_TOKEN`, and on Azure DevOps by `SYSTEM_ACCESSTOKEN`.
    pub(super) oidc_request_token: Option<Secret<String>>,
    /// URL that issues OIDC tokens. The provider requests a token at each sign-in. Can also be set
    /// by the `ARM_OIDC_REQUEST_URL` environment variable, on GitHub by
    /// `ACTIONS_ID_TOKEN_REQUEST_URL`, and on Azure DevOps by `SYSTEM_OIDCREQUESTURI`.
    pub(super) oidc_request_url: Option<String>,
    /// GUID of the Azure DevOps service connection to sign in as. Can also be set by the
    /// `ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID` or `ARM_OIDC_AZURE_SERVICE_CONNECTION_ID`
    /// environment variable.
    pub(super) ado_pipeline_service_connection_id: Option<String>,
    /// If `true`, signs in as the workload identity of an AKS pod: as the client `AZURE_CLIENT_ID`
    /// in the tenant `AZURE_TENANT_ID`, with the token in `AZURE_FEDERATED_TOKEN_FILE`. Can also be
    /// set by the `ARM_USE_AKS_WORKLOAD_IDENTITY` environment variable. Defaults to `false`.
    pub(super) use_aks_workload_identity: Option<bool>,
    /// If `true`, signs in as the managed identity of the machine or app that runs Terraform. Can
    /// also be set by the `ARM_USE_MSI` environment variable. Defaults to `false`.
    pub(super) use_msi: Option<bool>,
    /// URL of the managed identity endpoint. Can also be set by the `ARM_MSI_ENDPOINT` environment
    /// variable. Defaults to the host's usual endpoint.
    pub(super) msi_endpoint: Option<String>,
    /// API version of the managed identity endpoint. Can also be set by the `ARM_MSI_API_VERSION`
    /// environment variable. Defaults to the host's usual version.
    pub(super) msi_api_version: Option<String>,
    /// If `true`, signs in with the account of the Azure CLI when no other method is configured.
    /// Can also be set by the `ARM_USE_CLI` environment variable. Defaults to `true`.
    pub(super) use_cli: Option<bool>,
}

/// Checks that a list has at most this many elements.
fn at_most(most: usize) -> Check {
    Check::new(move |value| match value.as_list() {
        Some(list) if list.len() > most => {
            Err(format!("The list has {} entries; Azure allows at most {most}.", list.len()))
        }
        _ => Ok(()),
    })
}
