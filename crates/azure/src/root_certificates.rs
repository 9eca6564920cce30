//! Root certificates beside those that reqwest's verifier finds by itself.
//!
//! `SSL_CERT_FILE` names the authority of a proxy that opens TLS, or of a cloud of one's own. With
//! programs in Go it goes beside the authorities in the system's folders, and users rely on that.
//! The verifier lets it stand in their place on Linux, and does not look at it on macOS and
//! Windows.

use reqwest::Certificate;
use rustls_native_certs::load_certs_from_paths;
use std::ffi::OsStr;
use std::path::Path;

const FILE: &str = "SSL_CERT_FILE";
const FOLDER: &str = "SSL_CERT_DIR";

/// The authorities of `SSL_CERT_FILE`, and those of the system's folders unless `SSL_CERT_DIR`
/// names others. None when the variable is not set: the verifier knows those of the system.
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
        tracing::warn!(%error, "a file of certificates cannot be read");
    }
    // What the verifier does not take for a certificate trusts nobody, like one that is missing.
    found.certs.iter().filter_map(|it| Certificate::from_der(it).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn a_file_goes_beside_the_folders_and_what_is_missing_takes_nothing_away() {
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
