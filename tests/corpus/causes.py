"""Which diagnoses name the cause that the corpus' index tells of a failure, by our reading of both.

A log of a failure that is not listed here, or whose first finding is not among its diagnoses, counts
as missed.  A name may hold `*`.  An empty list: no diagnosis that we have names this cause.
"""
import fnmatch

# Called mixed, and the index says of what it found that the run got over all of it: what is right
# is a success whose errors are explained, and no finding.
TOLERATED = [
    "linux-installer/anaconda_2013.log",
    "squirrel/postman_delta_missing_hook_timeout.log",
]

# Of these the index tells no cause at all.
WITHOUT = ["cbs/loghub_windows_2k.log"]

CAUSES = {
    # A status that was left behind in the middle: the package whose last state is not "installed".
    "apt/dpkg_ubtouch.log": ["dpkg.unpacking-stopped", "dpkg.configuring-stopped"],
    # The full disk, which this log cannot show.  That a transaction has no end is not the cause.
    "apt/history_with_errors.log": ["apt.disk-full"],
    "apt/term_no_space_left_ansi.log": ["apt.disk-full"],
    "cbs/doc_manifest_missing_800f0831_excerpt.log": ["servicing.manifest-of-package-missing"],
    "cbs/doc_mpio_root_device_exists_800f0922_excerpt.log": ["servicing.stale-root-device"],
    "cbs/doc_servercore_to_gui_missing_mapping_excerpt.log": ["servicing.index-incomplete"],
    "cbs/fod_download_8024402c_proxy.log": ["servicing.name-not-resolved"],
    "cbs/sfc_cannot_repair_696_fileexp.log": ["servicing.sfc-cannot-repair"],
    "cbs/sfc_cnbj2530_known_false_alarm.log": ["servicing.store-false-alarm"],
    "cbs/store_marked_corrupt_payload.log": ["servicing.store-damaged"],
    # Packages of SP1 that cannot be enumerated.  We tell of the file that the checker could not
    # repair, which is in the log, too, and is another cause.
    "cbs/win7_sfc_ok_packages_invalid.log": [],
    # Two failures; broken off by a person is the first.
    "chocolatey/httpie_lib_folder_locked_plus_ctrl_c.log": ["choco.interrupted", "choco.lib-locked"],
    "cmtrace/ccmsetup_dmz_401_then_80190194.log": ["ccm.dp-unauthorized"],
    "cmtrace/doc_ccmsetup_1603_left_over_ipi_excerpt.log": ["ccm.left-over-ipi"],
    "cmtrace/doc_ccmsetup_policyagentprovider_dllsearch_excerpt.log": ["ccm.provider-not-loaded"],
    "cmtrace/doc_mdt_bdd_takeown_boot_missing_excerpt.log": ["mdt.no-boot-folder"],
    "cmtrace/doc_smsts_driver_package_old_boot_image_80070057_excerpt.log": ["ts.boot-image-too-old"],
    "cmtrace/doc_smsts_setupcomplete_cmd_80070005_excerpt.log": ["ts.custom-setupcomplete"],
    "dism/doc_apply_image_87_old_dism_excerpt.log": ["dism.compact-image-old-dism"],
    "dism/wrong_command_names_win7.log": ["dism.command-unknown"],
    "exchange-setup/ExchangeSetup-PrepareSchema-8245.log": ["exch.schema-unwilling"],
    # Preparation from the wrong site comes first in the index; the restart and the rest are besides.
    "exchange-setup/ExchangeSetup_AD_Prep_Reboot.log": ["exch.prepare-ad-elsewhere"],
    "exchange-setup/ExchangeSetup_Arbitration_UPN.log": ["exch.arbitration-upn"],
    "exchange-setup/ExchangeSetup_DC_Site_1.log": ["exch.dc-without-site"],
    "exchange-setup/ExchangeSetup_InstallFromBin.log": ["exch.run-from-bin"],
    "exchange-setup/ExchangeSetup_MSI_1.log": ["exch.msi-cache-remove"],
    "exchange-setup/ExchangeSetup_MSI_5.log": ["exch.msi-cache-read", "exch.msi-cache-remove"],
    "exchange-setup/ExchangeSetup_MissingDirectory.log": ["exch.directory-missing"],
    "exchange-setup/ExchangeSetup_Missing_PF_Object.log": ["exch.pf-hierarchy-missing"],
    "exchange-setup/ExchangeSetup_NoPerm.log": ["exch.not-schema-admin"],
    "exchange-setup/ExchangeSetup_NoSuitableDC.log": ["exch.no-suitable-directory-server"],
    "exchange-setup/ExchangeSetup_SchemaAdmin_PrepareSchema.log": ["exch.not-enterprise-admin"],
    "exchange-setup/ExchangeSetup_Search_Foundation_Failure_Install.log": ["exch.search-old-nodes"],
    "exchange-setup/ExchangeSetup_ServiceControl_Reverse.log": ["exch.servicecontrol-reverse"],
    "exchange-setup/ExchangeSetup_Service_Disabled.log": ["exch.service-is-disabled"],
    "exchange-setup/ExchangeSetup_Vdir_2.log": ["exch.vdir-in-the-way"],
    "exchange-setup/ExchangeSetupmsExchangeSecurityGroupsContainerDeleted.log": ["exch.usg-container-deleted"],
    "inno-setup/remux2_setup_left_at_exit_prompt.log": ["inno.left-at-exit-prompt"],
    "macos-installer/iosopendev_postinstall_code112_excerpt.log": ["mac.script-failed"],
    "msi/doc_1935_80070bc9_pending_restart_excerpt.log": ["msi.assembly-restart"],
    "msi/doc_aadconnect_25009_privilege_excerpt.log": ["msi.privilege-missing"],
    "msi/doc_aadconnect_upn_service_account_excerpt.log": ["msi.entra-upn"],
    "msi/doc_ccm_client_vc2013_runtime_excerpt.log": ["msi.ccm-sqlce"],
    "msi/doc_netfx2sp2_patch_assembly_locked_excerpt.log": ["msi.assembly-in-use"],
    "msi/doc_sql2005_missing_msp_1635_excerpt.log": ["msi.cached-patch-missing"],
    "msi/doc_too_many_patches_1601_excerpt.log": ["msi.too-many-patches"],
    "msi/merlin_sip_1714_1620_old_version.log": ["msi.old-package-missing"],
    "msi/merlin_sip_1714_second_try.log": ["msi.old-package-missing"],
    "msi/merlin_sip_1925_all_users_rights.log": ["msi.not-elevated"],
    # A service in a context that may not see its own folders; that the package "cannot be opened" is the outcome.
    "msi/nodejs_1620_package_open.log": ["msi.folder-access"],
    "msi/nodejs_2503_2502_admin_image.log": ["msi.ipi-denied"],
    "msi/usbdongle_1638_other_version_installed.log": ["msi.other-version"],
    "nvidia-installer/rt_kernel_gpl_symbol_modpost.log": ["kmod.gpl-symbol"],
    "setupapi/doc_mpio_root_device_excerpt.log": ["setupapi.device-exists"],
    "setupapi/doc_vmware_driver_telnet_service_c0000142_excerpt.log": ["setupapi.desktop-heap"],
    "sql-setup/blog_summary_2016_core_delegation_failed.txt": ["sql.no-delegation"],
    "sql-setup/doc_detail_missing_msi_cache_excerpt.txt": ["sql.msi-cache"],
    "squirrel/insomnia_app_dir_vanished.log": ["sq.app-folder-vanished"],
    "squirrel/slack_dns_failure_japanese.log": ["sq.host-not-resolved"],
    "visual-studio/doc_vs2013_fonts_typeinitializer_excerpt.log": ["vs.font"],
    "windows-setup/doc_checksur_missing_payload_excerpt.log": ["servicing.checksur-unrepaired"],
    "windows-setup/doc_sysprep_store_app_3cf2_setupact_excerpt.log": ["sysprep.app-not-provisioned"],
    "windows-setup/doc_upgrade_8007042b_corrupt_file_setuperr_excerpt.log": ["setup.corrupt-object"],
    "windows-setup/pushbutton_reset_cloud_setupact.log": ["reset.cloud-unavailable"],
    "windows-setup/pushbutton_reset_cloud_setuperr.log": ["reset.cloud-unavailable"],
    "windows-setup/win11_upgrade_*_80070032_datamigrate.log": ["setup.disk-services-dead"],
    "windows-update/wu_etl_80247160.log": ["wu.metadata-expired"],
    "windows-update/wu_etl_http403.log": ["wu.http-403"],
    "xpd-msix/defender_bootstrapper_jsonl.log": ["msix.sentinel-empty"],
}


def named(log):
    """The diagnoses that name the cause of this log; None when the table does not know the log."""
    return next((ids for name, ids in CAUSES.items() if fnmatch.fnmatchcase(log, name)), None)
