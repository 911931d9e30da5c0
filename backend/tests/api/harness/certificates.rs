//! Certificates of an authority that nobody knows but who is told.

use std::{fs, path::Path};

use rcgen::{
    BasicConstraints, Certificate, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd,
};

/// A private certificate authority.
pub struct Authority {
    certificate: Certificate,
    issuer: Issuer<'static, KeyPair>,
}

/// A certificate of a server, and its key.
pub struct Issued {
    pub certificate: Certificate,
    pub key: KeyPair,
}

impl Authority {
    pub fn new() -> Self {
        let key = KeyPair::generate().expect("a key");
        let mut authority = CertificateParams::new(Vec::new()).expect("parameters");
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self {
            certificate: authority.self_signed(&key).expect("a certificate"),
            issuer: Issuer::new(authority, key),
        }
    }

    /// Issues a certificate for this host name.
    pub fn issue(&self, host: &str) -> Issued {
        self.issue_until(host, 4000)
    }

    /// Issues one that has expired.
    pub fn issue_expired(&self, host: &str) -> Issued {
        self.issue_until(host, 2001)
    }

    fn issue_until(&self, host: &str, year: i32) -> Issued {
        let key = KeyPair::generate().expect("a key");
        let mut server = CertificateParams::new(vec![host.to_owned()]).expect("parameters");
        server.not_before = date_time_ymd(2000, 1, 1);
        server.not_after = date_time_ymd(year, 1, 1);
        let certificate = server.signed_by(&key, &self.issuer).expect("a certificate");
        Issued { certificate, key }
    }

    /// Writes the certificate of the authority, as `SSL_CERT_FILE` names it: its path.
    pub fn write(&self, folder: &Path, name: &str) -> String {
        write(folder, name, &self.certificate.pem())
    }
}

impl Issued {
    /// Writes certificate and key: their paths.
    pub fn write(&self, folder: &Path) -> [String; 2] {
        [
            write(folder, "server.pem", &self.certificate.pem()),
            write(folder, "server.key", &self.key.serialize_pem()),
        ]
    }
}

fn write(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    fs::write(&path, text).expect("a file");
    path.display().to_string()
}
