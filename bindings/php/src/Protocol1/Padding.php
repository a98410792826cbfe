<?php

declare(strict_types=1);

namespace Secenv\Protocol1;

/** How RSA pads what it wraps. 1 and 4 are the numbers of ext-openssl. */
enum Padding: int
{
    /** PKCS#1 v1.5: what PHP does if it is told nothing (`OPENSSL_PKCS1_PADDING`). */
    case Pkcs1 = 1;

    /** OAEP with SHA-1 and MGF1-SHA-1 (`OPENSSL_PKCS1_OAEP_PADDING`). */
    case OaepSha1 = 4;

    /** OAEP with SHA-256 and MGF1-SHA-256, which ext-openssl cannot speak before PHP 8.5. */
    case OaepSha256 = 5;
}
