//! Root certificates beside those that reqwest's verifier finds by itself.
//!
//! `SSL_CERT_FILE` names the authority of a proxy that decrypts TLS, or of a private cloud.
//! Programs in Go trust it beside the authorities in the system's folders, and users rely on that.
//! The verifier uses it instead of them on Linux, and ignores it on macOS and Windows.

use reqwest::Certificate;
use rustls_native_certs::load_certs_from_paths;
use std::ffi::OsStr;
use std::path::Path;

const FILE: &str = "SSL_CERT_FILE";
const FOLDER: &str = "SSL_CERT_DIR";

/// Returns the authorities of `SSL_CERT_FILE` and of the system's folders, or of `SSL_CERT_DIR` if
/// it is set. Returns none if `SSL_CERT_FILE` is not set: the verifier knows the system's
/// authorities.
pub(crate) fn from_environment() -> Vec<Certificate> {
    let Some(file) = std::env::var_os(FILE).filter(|file| !file.is_empty()) else {
        return Vec::new();
    };
    let own = std::env::var_os(FOLDER).is_some();
    let folders = openssl_probe::candidate_cert_dirs().filter(|_| !own);
    load(&file, folders)
}

fn load<'p>(file: &OsStr, folders: impl Iterator<Item = &'p Path>) -> Vec<Certificate> {
    let mut found = load_certs_from_paths(Some(file.as_ref()), None);
    for folder in folders {
        let more = load_certs_from_paths(None, Some(folder));
        found.certs.extend(more.certs);
        found.errors.extend(more.errors);
    }
    for error in &found.errors {
        tracing::warn!(%error, "certificate file cannot be read");
    }
    // A certificate that the verifier refuses is skipped, like a missing one.
    found.certs.iter().filter_map(|it| Certificate::from_der(it).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn a_file_adds_to_the_folders_and_missing_files_are_skipped() {
        let authority = |name: &str| {
            let key = rcgen::KeyPair::generate().unwrap();
            let params = rcgen::CertificateParams::new(vec![name.to_owned()]).unwrap();
            params.self_signed(&key).unwrap().pem()
        };
        let folder = tempfile::tempdir().unwrap();
        let (file, system) = (folder.path().join("proxy.pem"), folder.path().join("system"));
        fs::create_dir(&system).unwrap();
        fs::write(&file, authority("proxy")).unwrap();
        fs::write(system.join("bundle.pem"), [authority("one"), authority("two")].concat())
            .unwrap();
        let count = |file: &Path, folder: &Path| load(file.as_os_str(), [folder].into_iter()).len();
        assert_eq!(count(&file, &system), 3);
        assert_eq!(count(Path::new("missing.pem"), &system), 2);
        assert_eq!(count(&file, Path::new("missing")), 1);
    }
}
