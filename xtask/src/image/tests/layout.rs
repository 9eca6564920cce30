//! The parts of an image: digests, sizes, and what two writes have in common.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use serde_json::{Value, json};
use tar::Archive;

use super::{Fixture, blob, document, release_archive, source, texts};
use crate::image::blob::sha256;
use crate::image::config::{Image, Platform};
use crate::image::layout::Layout;
use crate::image::{from_archives, with_program};
use crate::project::{EMULATOR, VERSION};

/// Checks a descriptor against its blob, and returns the blob's path.
fn checked(layout: &Path, descriptor: &Value) -> PathBuf {
    let path = blob(layout, &descriptor["digest"]);
    let bytes = fs::read(&path).unwrap();
    assert_eq!(descriptor["digest"], sha256(&bytes), "{}", path.display());
    assert_eq!(descriptor["size"], bytes.len(), "{}", path.display());
    path
}

/// Checks everything that a manifest refers to, and returns the paths.
fn check_manifest(layout: &Path, descriptor: &Value) -> Vec<PathBuf> {
    let manifest_path = checked(layout, descriptor);
    let manifest = document(&manifest_path);
    assert_eq!(manifest["mediaType"], descriptor["mediaType"]);
    let config_path = checked(layout, &manifest["config"]);
    let config = document(&config_path);
    for member in ["os", "architecture", "variant"] {
        assert_eq!(config[member], descriptor["platform"][member], "{member}");
    }
    let mut paths = vec![manifest_path, config_path];
    let mut unpacked = Vec::new();
    for layer in manifest["layers"].as_array().unwrap() {
        let path = checked(layout, layer);
        let mut bytes = Vec::new();
        std::io::copy(&mut GzDecoder::new(File::open(&path).unwrap()), &mut bytes).unwrap();
        unpacked.push(sha256(&bytes));
        paths.push(path);
    }
    assert_eq!(config["rootfs"], json!({ "type": "layers", "diff_ids": unpacked }));
    paths
}

/// Returns all blobs of a layout.
fn blobs(layout: &Path) -> BTreeSet<PathBuf> {
    let entries = fs::read_dir(layout.join("blobs/sha256")).unwrap();
    entries.map(|entry| entry.unwrap().path()).collect()
}

#[test]
fn every_digest_and_size_is_right() {
    let layout = Fixture::get().layout();
    let marker = document(&layout.join("oci-layout"));
    assert_eq!(marker, json!({ "imageLayoutVersion": "1.0.0" }));
    let index = document(&layout.join("index.json"));
    let [descriptor] = &index["manifests"].as_array().unwrap()[..] else { panic!("{index}") };
    let paths = check_manifest(&layout, descriptor);
    assert_eq!(paths.iter().cloned().collect::<BTreeSet<_>>(), blobs(&layout));
    assert_eq!(descriptor["annotations"]["org.opencontainers.image.ref.name"], VERSION);

    // `docker load` of older versions finds the same blobs by a list of its own.
    let list = document(&layout.join("manifest.json"));
    assert_eq!(layout.join(list[0]["Config"].as_str().unwrap()), paths[1]);
    assert_eq!(layout.join(texts(&list[0]["Layers"])[0]), paths[2]);
}

#[test]
fn the_layer_has_the_program_and_nothing_of_its_builder() {
    let fixture = Fixture::get();
    let layer = blob(&fixture.layout(), &fixture.manifest()["layers"][0]["digest"]);
    let mut archive = Archive::new(GzDecoder::new(File::open(layer).unwrap()));
    let mut found = Vec::new();
    for entry in archive.entries().unwrap() {
        let entry = entry.unwrap();
        let header = entry.header();
        assert_eq!((header.uid().unwrap(), header.gid().unwrap()), (0, 0));
        assert_eq!(header.mtime().unwrap(), source().time);
        let path = entry.path().unwrap().display().to_string();
        found.push((path, header.mode().unwrap()));
    }
    assert!(found.is_sorted(), "{found:?}");
    for wanted in
        [("DIFFERENCES.md", 0o644), ("LICENSE", 0o644), (EMULATOR, 0o755), ("tmp/", 0o1777)]
    {
        assert!(found.contains(&(wanted.0.to_owned(), wanted.1)), "{wanted:?}: {found:?}");
    }
}

#[test]
fn equal_programs_make_equal_images() {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("program");
    let out = folder.path().join("image.oci.tar");
    let made = |text: &str| {
        // A new file has another time.
        let _ = fs::remove_file(&program);
        fs::write(&program, text).unwrap();
        let root = with_program(&program).unwrap();
        let image = Image::new(Platform::of("linux_amd64").unwrap(), &root, &source()).unwrap();
        Layout::new(&[image], &source()).write(&out).unwrap();
        fs::read(&out).unwrap()
    };
    let first = made("#!/bin/sh\n");
    assert_eq!(first, made("#!/bin/sh\n"));
    assert_ne!(first, made("#!/bin/sh\nexit\n"));
}

#[test]
fn archives_of_two_platforms_make_one_image() {
    let folder = tempfile::tempdir().unwrap();
    for platform in ["linux_amd64", "linux_arm64", "darwin_arm64"] {
        let name = format!("{EMULATOR}_{VERSION}_{platform}.zip");
        release_archive(&folder.path().join(name), platform.as_bytes());
    }
    let images: Vec<Image> = from_archives(folder.path())
        .unwrap()
        .into_iter()
        .map(|(platform, root)| Image::new(platform, &root, &source()).unwrap())
        .collect();
    let layout = folder.path().join("layout");
    Layout::new(&images, &source()).write(&layout).unwrap();
    let outer = document(&layout.join("index.json"));
    let inner = checked(&layout, &outer["manifests"][0]);
    let manifests = document(&inner)["manifests"].as_array().unwrap().clone();
    let platforms: Vec<&Value> = manifests.iter().map(|one| &one["platform"]).collect();
    assert_eq!(
        platforms,
        [
            &json!({ "os": "linux", "architecture": "amd64" }),
            &json!({ "os": "linux", "architecture": "arm64", "variant": "v8" }),
        ]
    );
    let mut paths: Vec<PathBuf> =
        manifests.iter().flat_map(|one| check_manifest(&layout, one)).collect();
    paths.push(inner);
    assert_eq!(paths.into_iter().collect::<BTreeSet<_>>(), blobs(&layout));
    // A layout of one platform has a list that this one must not keep.
    assert!(!layout.join("manifest.json").exists());
}

#[test]
fn a_folder_with_other_files_is_not_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("notes.txt");
    fs::write(&file, "mine").unwrap();
    let failure = Layout::new(&[], &source()).write(folder.path()).unwrap_err().to_string();
    assert!(failure.contains("is not empty and holds no image"), "{failure}");
    assert_eq!(fs::read_to_string(file).unwrap(), "mine");
    let failure = from_archives(folder.path()).unwrap_err().to_string();
    assert!(failure.contains("has no archive azureai-emulator_"), "{failure}");
}
