import type { RequestHandler } from 'express'
import helmet from 'helmet'
import type { Access } from './access.ts'

/** What the page needs of a browser: nothing. */
const PERMISSIONS = [
  ...['accelerometer', 'autoplay', 'camera', 'display-capture', 'encrypted-media', 'fullscreen'],
  ...['geolocation', 'gyroscope', 'magnetometer', 'microphone', 'midi', 'payment'],
  ...[
    'picture-in-picture',
    'publickey-credentials-get',
    'screen-wake-lock',
    'usb',
    'xr-spatial-tracking',
  ],
]
  .map((feature) => `${feature}=()`)
  .join(', ')

/**
 * The headers that every answer has: nothing from elsewhere, nothing inline, in nobody's frame. Over TLS, and
 * if that is asked for, that browsers are to come that way alone (HSTS).
 */
export function protect(access: Access): RequestHandler {
  const headers = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': ["'self'"],
        'base-uri': ["'none'"],
        'form-action': ["'self'"],
        'frame-ancestors': ["'none'"],
        'img-src': ["'self'", 'data:'],
        'object-src': ["'none'"],
      },
    },
    strictTransportSecurity: false,
    xFrameOptions: { action: 'deny' },
  })
  const { hstsSeconds } = access
  return (request, response, next) => {
    response.setHeader('Permissions-Policy', PERMISSIONS)
    if (hstsSeconds > 0 && access.peerOf(request).secure) {
      response.setHeader('Strict-Transport-Security', `max-age=${hstsSeconds}`)
    }
    headers(request, response, next)
  }
}
