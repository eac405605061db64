//! Who asks: sessions, users, passwords, and what they may do. Django: `django.contrib.auth`,
//! `django.contrib.sessions`, `django.middleware.csrf`.

pub mod csrf;
pub mod session;
pub mod user;
