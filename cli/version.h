/* Which setupdx this is. */
#ifndef DX_CLI_VERSION_H
#define DX_CLI_VERSION_H

const char *dx_version(void); /* "0.1.0" */

#endif
